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

/** The two networks: one under softmax, one under the head that the visitor chose. */
export type Side = 'plain' | 'margin';

/** From where to train: from recorded weights, or from random ones with a first epoch under softmax. */
export type Beginning = 'recorded' | 'random';

/** From the page to the worker. */
export type Command =
  | {type: 'start'; wish: Wish; backend?: BackendName; amount: Amount; beginning: Beginning}
  | {type: 'choose'; wish: Wish}
  | {type: 'backend'; backend?: BackendName}
  | {type: 'begin'; beginning: Beginning}
  /** A drawing to embed with every picture from now on, `[28, 28]`; nothing to forget the last one. */
  | {type: 'draw'; image?: Uint8Array}
  | {type: 'play' | 'pause'};

/** How far the training is. */
export interface Progress {
  type: 'progress';
  side: Side;
  steps: number;
  epochs: number;
  loss: number;
  imagesPerSecond: number;
  /** Whether softmax still prepares the network. */
  warmUp: boolean;
  /** Tensors alive in the worker. */
  tensors: number;
}

/** The test images in one of the planes. */
export interface Picture {
  /** `[N, 2]`. */
  points: Float32Array;
  /** Class weights, `[10, 2]`. */
  weights: Float32Array;
  /** The digit that each image is taken for, `[N]`. */
  found: ArrayLike<number>;
  /** Where the drawing lies, and what it is taken for. */
  drawn?: {x: number; y: number; digit: number};
}

/** The logits of a head over the angle. */
export interface Curve {
  angles: ArrayLike<number>;
  /** Of the image's own digit. */
  target: ArrayLike<number>;
  /** Of another digit. */
  other: ArrayLike<number>;
}

/** From the worker to the page. */
export type News =
  | Progress
  | {type: 'picture'; side: Side; epochs: number; steps: number; picture: Picture}
  | {type: 'curve'; wish: Wish; curve: Curve}
  | {type: 'digits'; images: Uint8Array; labels: Uint8Array}
  | {type: 'backend'; backend: BackendName; available: BackendName[]}
  /** The last step before a pause has been taken. */
  | {type: 'paused'}
  | {type: 'error'; message: string};
