import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {useBackend} from '../../../../src/backend/useBackend';
import {conv2D} from '../../../../src/backend/wasm/kernels/conv2D';
import {conv2DBackpropFilter} from '../../../../src/backend/wasm/kernels/conv2DBackpropFilter';
import {prelu} from '../../../../src/backend/wasm/kernels/prelu';
import {sum} from '../../../../src/backend/wasm/kernels/sum';
import {onBackend, randomValues, wasmHeap} from '../../../support/kernelCheck';

it('threads see the memory that has grown above 2 GB since they began', async () => {
  const heap = await wasmHeap();
  const attrs = {strides: 1, pad: 'same', dataFormat: 'NHWC', dilations: 1, filterShape: [3, 3, 16, 16]};
  const results = () => {
    const x = onBackend(randomValues([40, 56, 56, 16], 1));
    const filter = onBackend(randomValues([3, 3, 16, 16], 2));
    const alpha = onBackend(randomValues([16], 3));
    const y = conv2D.simd?.(heap, {x, filter}, attrs) as tf.TensorInfo;
    const made = [
      y,
      prelu.simd?.(heap, {x: y, alpha}, {}),
      conv2DBackpropFilter.simd?.(heap, {x, dy: y}, attrs),
      sum.simd?.(heap, {x: y}, {axis: [0, 1, 2]}),
    ].map(info => tf.engine().makeTensorFromTensorInfo(info as tf.TensorInfo));
    const values = made.map(tensor => tensor.dataSync());
    const address = heap.address(y) as unknown as number;
    tf.dispose([x, filter, alpha, ...made]);
    return {values, address};
  };
  await useBackend('wasm', {threads: 3});
  tf.sum(tf.ones([100_000])).dispose();
  // Nothing writes to it, so it takes no real memory.
  const held = heap.output([2 ** 29 + 2 ** 26]);
  const high = results();
  tf.backend().disposeData(held.dataId);
  const low = results();
  expect(low.address).toBeLessThan(2 ** 31);
  expect(high.address).toBeGreaterThan(2 ** 31);
  for (const [i, values] of high.values.entries())
    expect(values.every((v, j) => v === low.values[i][j])).toBe(true);
});
