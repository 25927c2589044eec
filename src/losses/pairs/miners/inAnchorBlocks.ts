import * as tf from '@tensorflow/tfjs-core';
import type {PairwiseTerms} from '../../../ops/pairwise/pairwiseBatch';
import type {MinedBatch} from './miner';

/** How many numbers a block of `[anchors, B, B]` may have: 16 MB of float32. */
const BLOCK = 2 ** 22;

/** Some rows of a batch, `[A, B]` each. */
export type Anchors = Pick<MinedBatch, 'distances' | 'squared' | 'positive' | 'negative'> & {
  /** The first of them. */
  start: number;
};

const slices = (matrix: tf.Tensor2D, start: number, count: number) =>
  tf.slice(matrix, [start, 0], [count, matrix.shape[1]]);

/**
 * Goes through a batch in blocks of anchors, so that what has a number for every triplet need not have it for all at once.
 *
 * @param compute The terms of some anchors, their slopes `[A, B]`.
 */
export function inAnchorBlocks(
  batch: MinedBatch,
  compute: (anchors: Anchors) => PairwiseTerms,
): PairwiseTerms {
  const size = batch.distances.shape[0];
  const step = Math.max(1, Math.floor(BLOCK / size ** 2));
  const blocks: PairwiseTerms[] = [];
  for (let start = 0; start < size; start += step) {
    const rows = (matrix: tf.Tensor2D) => slices(matrix, start, Math.min(step, size - start));
    blocks.push(
      tf.tidy(() =>
        compute({
          start,
          distances: rows(batch.distances),
          squared: rows(batch.squared),
          positive: rows(batch.positive),
          negative: rows(batch.negative),
        }),
      ),
    );
  }
  const total = (name: 'sum' | 'all' | 'active') => tf.addN(blocks.map(block => block[name]));
  return {
    sum: total('sum'),
    all: total('all'),
    active: total('active'),
    slopes: tf.concat(blocks.map(block => block.slopes)),
  };
}
