import type {EmbeddingLoss, MarginHead} from 'face-margins';

/** A head of this example: how it is made, and what the pictures say about it. */
export interface Head {
  /** Its name above its picture. */
  title: string;
  /** Its settings, printed after its name; nothing where it has none. */
  settings: string;
  /** What it computes, in a line under its picture. */
  formula: string;
  /** Its margin is the same for all images and all steps, so the picture can shade where it wants none. */
  fixedMargin?: true;
  /** Makes it. */
  make(seed: number): MarginHead;
  /** b to begin with, of a head that learns one: between the logits of an image's own digit and of the nearest others. */
  threshold?: number;
  /** Losses on the embeddings that are added to the head's, each with its weight. */
  and?(head: MarginHead, seed: number): [weight: number, loss: EmbeddingLoss][];
}

/** The digits. */
export const classes = 10;
