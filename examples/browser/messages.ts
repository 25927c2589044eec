import type {BackendName} from 'face-margins';

/** What the visitor has chosen. */
export interface Wish {
  head: string;
  margin: number;
}

/** How much to compute. */
export interface Amount {
  /** Training images. */
  images: number;
  /** Images in a batch. */
  batch: number;
}

/** From the page to the worker. */
export type Command =
  | {type: 'start'; wish: Wish; backend?: BackendName; amount: Amount}
  | {type: 'choose'; wish: Wish}
  | {type: 'backend'; backend?: BackendName}
  | {type: 'play' | 'pause' | 'reset'};

/** How far the training is. */
export interface Progress {
  type: 'progress';
  steps: number;
  epochs: number;
  loss: number;
  imagesPerSecond: number;
  /** Whether softmax still prepares the network. */
  warmUp: boolean;
  /** Tensors alive in the worker. */
  tensors: number;
}

/** The test images as the network embeds them now. */
export interface Snapshot {
  type: 'snapshot';
  epochs: number;
  /** `[N, 2]`. */
  embeddings: Float32Array;
  labels: Uint8Array;
  /** Class weights, `[10, 2]`. */
  weights: Float32Array;
  accuracy: number;
  /** In degrees. */
  withinClasses: number;
  /** In degrees. */
  betweenClasses: number;
}

/** From the worker to the page. */
export type News =
  | Progress
  | Snapshot
  | {type: 'backend'; backend: BackendName; available: BackendName[]}
  /** The last step before a pause has been taken. */
  | {type: 'paused'}
  | {type: 'error'; message: string};
