import type * as tf from '@tensorflow/tfjs-core';
import type {Pixels, Point} from 'face-margins/data';

/** A network as the album uses it. */
export interface Embedder {
  /** For the page: which network. */
  name: string;
  /** Rows and columns of the faces that it takes. */
  size: number;
  /** Where it expects the five points; the library's own where left out. */
  template?: readonly Point[];
  /** The embeddings of aligned faces. */
  embed(faces: readonly Pixels[]): tf.Tensor2D;
}
