import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {batchNormTraining, composedBatchNormTraining} from '../../src/ops/layers/batchNormTraining';
import {
  batchNormTrainingGrad,
  composedBatchNormTrainingGrad,
} from '../../src/ops/layers/batchNormTrainingGrad';
import {composedPreluGrad, preluGrad} from '../../src/ops/layers/preluGrad';
import {classWeightGradient, composedClassWeightGradient} from '../../src/ops/margin/classWeightGradient';
import {composedHideTarget, hideTarget} from '../../src/ops/margin/hideTarget';
import {rowNorms} from '../../src/ops/rowNorms';
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

/** Labels 1, 2, 3 and so on, where there are so many classes. */
const labelsOf = (rows: number, classes: number) =>
  tf.tensor1d(
    Array.from({length: rows}, (_, i) => (i + 1) % classes),
    'int32',
  );

const hiding =
  (hide: typeof hideTarget): Kernel =>
  ([logits]) => [hide(tf.clone(logits) as tf.Tensor2D, labelsOf(logits.shape[0], logits.shape[1] as number))];

const gathering =
  (gradient: typeof classWeightGradient, isRadial: boolean): Kernel =>
  inputs => {
    const [pulls, targetRows, w, radial] = inputs as tf.Tensor2D[];
    const ids = labelsOf(targetRows.shape[0], w.shape[0]);
    return [gradient({pulls: tf.clone(pulls), targetRows, ids, w, ...(isRadial && {radial})})];
  };

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
    // relativeError takes all values as arguments, of which there must not be too many.
    for (let from = 0; from < values.length; from += 10_000) {
      const [a, b] = [values, expected.values[i]].map(all => [all.slice(from, from + 10_000)]);
      expect(relativeError(a, b)).toBeLessThan(1e-4);
    }
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

  it.each([
    [1, 1],
    [5, 70],
    [70_000, 3],
  ])('row norms agree with cpu, %i rows of %i', async (rows, columns) => {
    await agrees(([w]) => [rowNorms(w as tf.Tensor2D)], given([rows, columns]));
  });

  it('a hidden target is far below every other logit, which stays', async () => {
    await agrees(hiding(hideTarget), given([7, 70]));
    const {values} = await valuesOn('webgpu', hiding(hideTarget), given([2, 3]));
    expect(values[0].map(value => value < -1e37)).toEqual([false, true, false, false, false, true]);
  });

  it.each([true, false])('the gradient of class weights agrees with cpu, radial part: %j', async radial => {
    await agrees(gathering(classWeightGradient, radial), given([5, 6], [7, 6], [5, 6], [5, 1]));
  });

  it('take fewer shaders and less memory than stock operations', async () => {
    const shape = [8, 28, 28, 16];
    const ofTraining = given(shape, [16], [16]);
    const ofGradient = given(shape, shape, [16], [16], [16]);
    const ofPrelu = given(shape, shape, [16]);
    const preluKernel: Kernel = ([x, dy, slopes]) => preluGrad(x, dy, slopes);
    const composedPrelu: Kernel = ([x, dy, slopes]) => composedPreluGrad(x, dy, slopes);
    const norms: Kernel = ([w]) => [rowNorms(w as tf.Tensor2D)];
    const composedNorms: Kernel = ([w]) => [tf.sqrt(tf.sum(tf.square(w), 1))];
    const hidden = given([64, 1568]);
    const parts = given([1568, 64], [8, 64], [1568, 64], [1568, 1]);
    const [gathered, composed] = [classWeightGradient, composedClassWeightGradient].map(each =>
      gathering(each, true),
    );
    const values = 4 * 8 * 28 * 28 * 16;
    // Of shaders and of memory, in tensors of the largest size: at most so much here, at least so much of stock operations.
    for (const [ours, stock, inputs, shaders, tensors] of [
      [training, composedTraining, ofTraining, [5, 11], [1.1, 5]],
      [trainingGrad, composedTrainingGrad, ofGradient, [6, 17], [1.1, 4.5]],
      [preluKernel, composedPrelu, ofPrelu, [3, 7], [1.1, 5]],
      [norms, composedNorms, given([1568, 64]), [1, 3], [0.1, 1]],
      [hiding(hideTarget), hiding(composedHideTarget), hidden, [1, 3], [1.1, 3]],
      [gathered, composed, parts, [4, 6], [3.1, 4]],
    ] as const) {
      const [cost, stockCost] = [await costOf(ours, inputs), await costOf(stock, inputs)];
      expect(cost.dispatches).toBeLessThanOrEqual(shaders[0]);
      expect(stockCost.dispatches).toBeGreaterThanOrEqual(shaders[1]);
      expect(cost.bytes).toBeLessThan(tensors[0] * values);
      expect(stockCost.bytes).toBeGreaterThan(tensors[1] * values);
    }
  });
});
