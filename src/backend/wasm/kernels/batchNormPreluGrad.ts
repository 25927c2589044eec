import * as tf from '@tensorflow/tfjs-core';
import {
  BATCH_NORM_PRELU_GRAD,
  type BatchNormPreluInputs,
  composedBatchNormPreluGrad,
} from '../../../ops/layers/batchNormPreluGrad';
import {advance} from '../address';
import {channelRows, withChannelSums} from '../channelRows';
import type {Piece} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';
import type {BatchNormTrainingAttributes} from './batchNormTraining';

/** Numbers a channel that the second pass takes from the first: slope, drift and pull; and what makes n of x, which both take. */
const TERMS = 3;

/**
 * With n = batch normalization of x, and dn = dy where n > 0, else alpha * dy: dalpha = sum of dy * n where n <= 0, and the rest is the
 * gradient of the batch normalization for dn.
 */
export const batchNormPreluGrad: WasmKernel = {
  kernelName: BATCH_NORM_PRELU_GRAD,

  simd(heap, {x, dy, scale, offset, alpha, mean, variance}, attrs) {
    const channels = x.shape.at(-1) as number;
    const {varianceEpsilon: epsilon} = attrs as BatchNormTrainingAttributes;
    const dx = heap.output(x.shape);
    const [doffset, dscale, dalpha] = [
      heap.output([channels]),
      heap.output([channels]),
      heap.output(alpha.shape),
    ];
    const all = heap.addresses({x, dy, scale, offset, alpha, mean, variance, dx, doffset, dscale, dalpha});
    const input = channelRows(tf.util.sizeFromShape(x.shape), channels);
    const {rows, pieces} = input;
    heap.withScratch((TERMS + 1) * channels, terms => {
      const slopes = advance(terms, 4 * TERMS * channels);
      const {simd} = heap;
      simd.batchNormSlopes({variance: all.variance, scale: all.scale, slopes, channels, epsilon});
      const at = ({first, count}: Piece) => ({
        x: advance(all.x, 4 * first * channels),
        dy: advance(all.dy, 4 * first * channels),
        mean: all.mean,
        slopes,
        offset: all.offset,
        rows: count,
        channels,
      });
      withChannelSums(
        heap,
        input,
        (sums, sumsOf) => {
          heap.run(
            'batchNormPreluGradSums',
            pieces.map((piece, i) => ({...at(piece), sums: sumsOf(i)})),
          );
          simd.batchNormPreluGradTerms({
            ...all,
            sums,
            pieces: pieces.length,
            slopes,
            terms,
            rows,
            channels,
            epsilon,
          });
        },
        simd.batchNormPreluSumsFloats({channels}),
      );
      heap.run(
        'batchNormPreluGrad',
        pieces.map(piece => ({
          ...at(piece),
          alpha: all.alpha,
          terms,
          dx: advance(all.dx, 4 * piece.first * channels),
        })),
      );
    });
    return [dx, doffset, dscale, dalpha];
  },

  composed: (inputs, attrs) =>
    composedBatchNormPreluGrad(
      inputs as unknown as BatchNormPreluInputs,
      (attrs as BatchNormTrainingAttributes).varianceEpsilon,
    ),
};
