import * as tf from '@tensorflow/tfjs-core';
import {
  BATCH_NORM_TRAINING_GRAD,
  type BatchNormSaved,
  composedBatchNormTrainingGrad,
} from '../../../ops/layers/batchNormTrainingGrad';
import {advance} from '../address';
import {channelRows, withChannelSums} from '../channelRows';
import type {Piece} from '../threads/piece';
import type {WasmKernel} from '../wasmKernel';
import type {BatchNormTrainingAttributes} from './batchNormTraining';

/** Numbers a channel that the second pass takes from the first: slope, drift and pull. */
const TERMS = 3;

/**
 * With n = (x - mean) / sqrt(variance + epsilon) and R numbers per channel: doffset = sum of dy, dscale = sum of dy * n,
 * dx = scale / sqrt(variance + epsilon) * (dy - doffset / R - n * dscale / R).
 */
export const batchNormTrainingGrad: WasmKernel = {
  kernelName: BATCH_NORM_TRAINING_GRAD,

  simd(heap, {x, dy, scale, mean, variance}, attrs) {
    const channels = x.shape.at(-1) as number;
    const {varianceEpsilon: epsilon} = attrs as BatchNormTrainingAttributes;
    const dx = heap.output(x.shape);
    const [doffset, dscale] = [heap.output([channels]), heap.output([channels])];
    const all = heap.addresses({x, dy, scale, mean, variance, dx, doffset, dscale});
    const input = channelRows(tf.util.sizeFromShape(x.shape), channels);
    const {rows, pieces} = input;
    const at = ({first, count}: Piece) => ({
      x: advance(all.x, 4 * first * channels),
      dy: advance(all.dy, 4 * first * channels),
      mean: all.mean,
      rows: count,
      channels,
    });
    heap.withScratch(TERMS * channels, terms => {
      withChannelSums(heap, input, (sums, sumsOf) => {
        heap.run(
          'batchNormGradSums',
          pieces.map((piece, i) => ({...at(piece), sums: sumsOf(i)})),
        );
        heap.simd.batchNormGradTerms({...all, sums, pieces: pieces.length, terms, rows, channels, epsilon});
      });
      heap.run(
        'batchNormGrad',
        pieces.map(piece => ({...at(piece), terms, dx: advance(all.dx, 4 * piece.first * channels)})),
      );
    });
    return [dx, doffset, dscale];
  },

  composed({dy, ...saved}, attrs) {
    const {varianceEpsilon} = attrs as BatchNormTrainingAttributes;
    return composedBatchNormTrainingGrad(
      dy as tf.Tensor,
      saved as unknown as BatchNormSaved,
      varianceEpsilon,
    );
  },
};
