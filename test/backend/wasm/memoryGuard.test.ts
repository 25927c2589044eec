import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {beforeEach, describe, expect, it} from 'vitest';
import {registerWasmKernels} from '../../../src/backend/registerWasmKernels';
import {useBackend} from '../../../src/backend/useBackend';
import {fillHeap, freshWasm, wasmModule} from '../../support/fillHeap';

/** Numbers from -1 to 1, which take less time than random ones: a filter has millions. */
function of(shape: number[], seed = 1): tf.Tensor {
  const values = new Float32Array(tf.util.sizeFromShape(shape));
  for (let i = 0; i < values.length; i++) values[i] = ((i * (2 * seed + 5)) % 257) / 128 - 1;
  return tf.tensor(values, shape);
}

const images = () => of([4, 16, 16, 8]) as tf.Tensor4D;

/** What training and evaluation compute, by kernels of TensorFlow.js and of this library. */
const computations: Record<string, () => tf.Tensor> = {
  upload: () => of([64, 64]),
  add: () => tf.add(of([64, 64]), of([64])),
  addN: () => tf.addN([of([64, 64]), of([64, 64], 2)]),
  argMax: () => tf.cast(tf.argMax(of([64, 64]), 1), 'float32'),
  avgPool: () => tf.avgPool(images(), 2, 2, 'same'),
  batchNorm: () => tf.batchNorm(images(), of([8]), tf.square(of([8], 2)), of([8]), of([8])),
  concat: () => tf.concat([of([64, 64]), of([64, 64], 2)], 1),
  conv2d: () => tf.conv2d(images(), of([3, 3, 8, 64], 2) as tf.Tensor4D, 1, 'same'),
  'conv2d of a large filter': () =>
    tf.conv2d(of([1, 4, 4, 512]) as tf.Tensor4D, of([3, 3, 512, 512], 2) as tf.Tensor4D, 1, 'same'),
  'conv2d backward': () =>
    tf.grad(x => tf.conv2d(x as tf.Tensor4D, of([3, 3, 8, 64], 2) as tf.Tensor4D, 1, 'same'))(images()),
  depthwiseConv2d: () => tf.depthwiseConv2d(images(), of([3, 3, 8, 1], 2) as tf.Tensor4D, 1, 'same'),
  gather: () => tf.gather(of([64, 64]), tf.tensor1d([3, 1, 2], 'int32')),
  matMul: () => tf.matMul(of([64, 256]), of([256, 512], 2)),
  'matMul, transposed': () => tf.matMul(of([64, 256]), of([512, 256], 2), false, true),
  'matMul of a large operand': () => tf.matMul(of([2, 1024]), of([1024, 2048], 2)),
  maxPool: () => tf.maxPool(images(), 3, 1, 'same'),
  mean: () => tf.mean(images(), [0, 1, 2]),
  oneHot: () => tf.cast(tf.oneHot(tf.tensor1d([3, 1, 2], 'int32'), 64), 'float32'),
  pad: () =>
    tf.pad(images(), [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]),
  prelu: () => tf.prelu(images(), of([8])),
  relu: () => tf.relu(images()),
  resize: () => tf.image.resizeBilinear(images(), [24, 24]),
  slice: () => tf.slice(of([64, 64]), [1, 1], [8, 8]),
  softmax: () => tf.softmax(of([64, 64])),
  sqrt: () => tf.sqrt(tf.square(of([64, 64]))),
  topk: () => tf.topk(of([64, 64]), 5).values,
  tile: () => tf.tile(of([64, 64]), [3, 2]),
  transpose: () => tf.transpose(images(), [3, 1, 2, 0]),
};

/** Float32 values as bytes, which compare fast. */
const values = (compute: () => tf.Tensor) => tf.tidy(() => Buffer.from(compute().dataSync().buffer));

describe('a full heap', () => {
  beforeEach(freshWasm);

  it('is an error that says so, of every kernel, and leaves all tensors as they were', async () => {
    const expected = Object.fromEntries(
      Object.entries(computations).map(([name, compute]) => [name, values(compute)]),
    );
    const weights = of([256, 256], 9);
    const before = weights.dataSync();
    const tensors = tf.memory().numTensors;
    const outcomes = {right: 0, full: 0};
    for (const left of [0, 40, 3000, 2 ** 16, 2 ** 20, 4.2e6, 4.5e6, 6e6, 9e6, 16e6, 24e6, 48e6]) {
      const release = fillHeap(left);
      for (const [name, compute] of Object.entries(computations)) {
        try {
          expect(values(compute).equals(expected[name]), `${name}, ${left} bytes left`).toBe(true);
          outcomes.right++;
        } catch (error) {
          expect((error as Error).message, `${name}, ${left} bytes left`).toMatch(
            /^The WebAssembly heap, at most 4 GB, has no room for (another [\d,]+ bytes|a tensor of shape \[.*\]): use smaller batches or fewer classes\.$/,
          );
          outcomes.full++;
        }
      }
      release();
      expect(weights.dataSync()).toEqual(before);
    }
    for (const [name, compute] of Object.entries(computations))
      expect(values(compute).equals(expected[name]), name).toBe(true);
    expect(outcomes.full).toBeGreaterThan(100);
    expect(outcomes.right).toBeGreaterThan(50);
    expect(tf.memory().numTensors).toBe(tensors);
  });
});

describe('a damaged memory', () => {
  beforeEach(freshWasm);

  /** Each way to use the backend says that it is damaged. */
  async function expectDamage(kept: tf.Tensor, why: RegExp) {
    expect(() => tf.add(kept, 1)).toThrow(why);
    expect(() => kept.dataSync()).toThrow(why);
    await expect(kept.data()).rejects.toThrow(why);
    expect(() => tf.tensor1d([1])).toThrow(/No tensor of this backend can be trusted any more/);
    kept.dispose();
  }

  it('is seen where a kernel wrote to address 0', async () => {
    const kept = of([4]);
    wasmModule().HEAPU8.fill(0, 0, 8);
    await expectDamage(kept, /has no room for what a kernel needs, which has written over other tensors/);
    expect(() => tf.engine().reset()).not.toThrow();
  });

  it('is supposed where a kernel stopped in the midst of its work', async () => {
    tf.registerKernel({
      kernelName: 'Trap',
      backendName: 'wasm',
      kernelFunc: () => {
        throw new WebAssembly.RuntimeError('memory access out of bounds');
      },
    });
    await registerWasmKernels();
    const kept = of([4]);
    expect(() => tf.engine().runKernel('Trap', {})).toThrow('memory access out of bounds');
    await expectDamage(kept, /may be damaged by a kernel that stopped .*\(memory access out of bounds\)/);
  });
});

it('a backend that the program has started itself is guarded when its kernels are registered', async () => {
  const factory = tf.findBackendFactory('wasm');
  await useBackend('cpu');
  tf.removeBackend('wasm');
  tf.registerBackend('wasm', factory);
  await tf.setBackend('wasm');
  const {_malloc: unguarded} = wasmModule();
  await registerWasmKernels();
  expect(wasmModule()._malloc).not.toBe(unguarded);
  const release = fillHeap(0);
  expect(() => tf.zeros([8])).toThrow('has no room for');
  release();
});
