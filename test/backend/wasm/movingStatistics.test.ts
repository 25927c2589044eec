import {beforeAll, it} from 'vitest';
import type {Heap} from '../../../src/backend/wasm/heap';
import {movingStatistics} from '../../../src/backend/wasm/kernels/movingStatistics';
import {checkKernel, randomValues, wasmHeap} from '../../support/kernelCheck';

let heap: Heap;
beforeAll(async () => {
  heap = await wasmHeap();
});

it.each([1, 5, 64])('moving mean and variance follow those of a batch, %i channels', async channels => {
  const [mean, variance, movingMean, movingVariance] = [1, 2, 3, 4].map(seed =>
    randomValues([channels], seed),
  );
  const followed = (before: typeof mean, batch: typeof mean, factor: number) =>
    before.values.map((value, i) => 0.9 * value + 0.1 * factor * batch.values[i]);
  const expected = [followed(movingMean, mean, 1), followed(movingVariance, variance, 1.25)];
  const attrs = {momentum: 0.9, correction: 1.25};
  await checkKernel(heap, movingStatistics, {mean, variance, movingMean, movingVariance}, attrs, {expected});
});
