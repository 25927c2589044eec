import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {batchNormTraining, composedBatchNormTraining} from '../../src/ops/layers/batchNormTraining';
import {
  batchNormTrainingGrad,
  composedBatchNormTrainingGrad,
} from '../../src/ops/layers/batchNormTrainingGrad';
import {composedPreluGrad, preluGrad} from '../../src/ops/layers/preluGrad';
import {relativeError} from '../reference/centralDifference';
import {randomVector, testRandom} from '../support/random';

type Kernel = (inputs: tf.Tensor[]) => tf.Tensor[];

/** What is used of the backend to count. */
interface Counted {
  runWebGPUProgram(...args: unknown[]): unknown;
  bufferManager: {numBytesUsed: number};
  submitQueue(): void;
}

/** Runs a kernel on a backend, and reads what it gives. */
async function valuesOn(backend: 'cpu' | 'webgpu', kernel: Kernel, given: [number[], number[]][]) {
  await tf.setBackend(backend);
  const before = tf.memory().numTensors;
  const results = tf.tidy(() => kernel(given.map(([values, shape]) => tf.tensor(values, shape))));
  const values = await Promise.all(results.map(async result => [...(await result.data())]));
  const shapes = results.map(({shape}) => shape);
  tf.dispose(results);
  expect(tf.memory().numTensors).toBe(before);
  return {values, shapes};
}

/** How many shaders a kernel runs, and how many bytes it takes on the GPU beside its inputs. */
async function costOf(kernel: Kernel, given: [number[], number[]][]) {
  await tf.setBackend('webgpu');
  const backend = tf.backend() as unknown as Counted;
  const inputs = given.map(([values, shape]) => tf.tensor(values, shape));
  tf.dispose(inputs.map(input => tf.tidy(() => tf.add(input, 1))));
  const run = backend.runWebGPUProgram;
  let dispatches = 0;
  let bytes = 0;
  const before = backend.bufferManager.numBytesUsed;
  backend.runWebGPUProgram = (...args) => {
    dispatches++;
    const result = run.apply(backend, args);
    bytes = Math.max(bytes, backend.bufferManager.numBytesUsed - before);
    return result;
  };
  const results = tf.tidy(() => kernel(inputs));
  backend.runWebGPUProgram = run;
  await Promise.all(results.map(result => result.data()));
  tf.dispose([...results, ...inputs]);
  return {dispatches, bytes};
}

const random = testRandom(91);
const given = (...shapes: number[][]): [number[], number[]][] =>
  shapes.map(shape => [
    randomVector(
      random,
      shape.reduce((size, length) => size * length, 1),
    ),
    shape,
  ]);

const training: Kernel = ([x, scale, offset]) => batchNormTraining(x, scale, offset, 1e-3);
const composedTraining: Kernel = ([x, scale, offset]) => composedBatchNormTraining(x, scale, offset, 1e-3);
const trainingGrad: Kernel = ([dy, x, scale, mean, deviation]) =>
  batchNormTrainingGrad(dy, {x, scale, mean, variance: tf.square(deviation)}, 1e-3);
const composedTrainingGrad: Kernel = ([dy, x, scale, mean, deviation]) =>
  composedBatchNormTrainingGrad(dy, {x, scale, mean, variance: tf.square(deviation)}, 1e-3);

/** Fewer and more channels and rows than a workgroup has, and so many rows that they are summed in parts. */
const shapes = [
  [1, 1],
  [3, 5],
  [17, 16],
  [2, 3, 3, 33],
  [4, 13, 11, 7],
  [3, 40, 45, 3],
];

beforeAll(async () => {
  await useBackend('cpu');
  await useBackend('webgpu');
});

async function agrees(kernel: Kernel, inputs: [number[], number[]][]): Promise<void> {
  const expected = await valuesOn('cpu', kernel, inputs);
  const actual = await valuesOn('webgpu', kernel, inputs);
  expect(actual.shapes).toEqual(expected.shapes);
  actual.values.forEach((values, i) => {
    expect(relativeError([values], [expected.values[i]])).toBeLessThan(1e-4);
  });
}

describe('kernels of webgpu', () => {
  it.each(shapes)('batch norm of a batch agrees with cpu, shape %j %j %j %j', async (...sizes) => {
    const shape = sizes.filter(size => size !== undefined);
    const channels = [shape[shape.length - 1]];
    await agrees(training, given(shape, channels, channels));
    await agrees(trainingGrad, given(shape, shape, channels, channels, channels));
  });

  it('batch norm keeps its digits where the mean is large', async () => {
    const [[x, shape], ...parameters] = given([6, 7, 7, 4], [4], [4]);
    await agrees(training, [[x.map(value => value + 300), shape], ...parameters]);
  });

  it.each(shapes)('the gradients of PReLU agree with cpu, shape %j %j %j %j', async (...sizes) => {
    const shape = sizes.filter(size => size !== undefined);
    const alpha = shape.map((size, axis) => (axis === shape.length - 1 ? size : 1)).slice(1);
    await agrees(([x, dy, slopes]) => preluGrad(x, dy, slopes), given(shape, shape, alpha));
  });

  it('the gradients of PReLU agree with cpu where slopes are not one per channel', async () => {
    const kernel: Kernel = ([x, dy, slopes]) => preluGrad(x, dy, slopes);
    await agrees(kernel, given([2, 3, 4], [2, 3, 4], [3, 4]));
    await agrees(kernel, given([2, 3, 4], [2, 3, 4], [1]));
  });

  it('take fewer shaders and less memory than stock operations', async () => {
    const shape = [8, 28, 28, 16];
    const ofTraining = given(shape, [16], [16]);
    const ofGradient = given(shape, shape, [16], [16], [16]);
    const ofPrelu = given(shape, shape, [16]);
    const preluKernel: Kernel = ([x, dy, slopes]) => preluGrad(x, dy, slopes);
    const composedPrelu: Kernel = ([x, dy, slopes]) => composedPreluGrad(x, dy, slopes);
    const activation = 4 * 8 * 28 * 28 * 16;
    for (const [ours, stock, inputs, most] of [
      [training, composedTraining, ofTraining, 5],
      [trainingGrad, composedTrainingGrad, ofGradient, 6],
      [preluKernel, composedPrelu, ofPrelu, 3],
    ] as const) {
      const [cost, composed] = [await costOf(ours, inputs), await costOf(stock, inputs)];
      expect(cost.dispatches).toBeLessThanOrEqual(most);
      expect(composed.dispatches).toBeGreaterThan(2 * most);
      // The result, and no other tensor of its size.
      expect(cost.bytes).toBeLessThan(1.1 * activation);
      expect(composed.bytes).toBeGreaterThan(4 * activation);
    }
  });
});
