import * as tf from '@tensorflow/tfjs-core';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {angle, norm} from '../../../src/base/rowGeometry';
import {smallestAngle} from '../../../src/evaluate/embeddings/smallestAngle';
import {awkwardMatrix} from '../../support/awkwardMatrix';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, randomVector, testRandom} from '../../support/random';
import {rowsOf} from '../fixtures';

function normsOf(matrix: number[][]): number[] {
  const rows = rowsOf(matrix);
  return matrix.map((_, i) => norm(rows, i));
}
const every = (matrix: number[][]) => [...matrix.keys()];

/** By loops over all pairs in float64. */
function byLoops(matrix: number[][], chosen = every(matrix)): number {
  const [rows, norms] = [rowsOf(matrix), normsOf(matrix)];
  let smallest = Number.POSITIVE_INFINITY;
  for (const [i, a] of chosen.entries()) {
    for (const b of chosen.slice(i + 1)) {
      smallest = Math.min(smallest, angle(rows, a, norms[a], rows, b, norms[b]));
    }
  }
  return smallest;
}

const known = new Map<number[][], number>();
/** {@link byLoops} over all rows, once for all backends. */
function byLoopsOnce(matrix: number[][]): number {
  const smallest = known.get(matrix) ?? byLoops(matrix);
  known.set(matrix, smallest);
  return smallest;
}

const byProducts = (matrix: number[][], chosen = every(matrix), onProgress?: (part: number) => void) =>
  smallestAngle(rowsOf(matrix), normsOf(matrix), chosen, onProgress);

const random = testRandom(11);
/** Rows about one direction. */
function around(count: number, spread: number): number[][] {
  const middle = randomVector(random, 12);
  return Array.from({length: count}, () => middle.map(value => value + spread * random.normal()));
}

/** Pairs of neighbors, each a little nearer than the one before: rounded products put them in another order. */
function nearerAndNearer(distance: number): number[][] {
  return around(150, 1).flatMap((row, i) => {
    const step = distance * (1 - i / 1000);
    return [row, row.map((value, d) => value + (d === i % 12 ? step : 0))];
  });
}

describeOnBackends('smallestAngle', () => {
  const withTwins = randomMatrix(random, 300, 12);
  withTwins[299] = withTwins[40].map(value => 3 * value);
  const opposite = randomMatrix(random, 100, 12).flatMap(row => [row, row.map(value => -value)]);

  it.each([
    ['two rows', randomMatrix(random, 2, 12)],
    ['few rows', randomMatrix(random, 40, 12)],
    ['rows of two blocks', randomMatrix(random, 1100, 12)],
    ['rows of one dimension', randomMatrix(random, 80, 1)],
    ['two rows of one direction', withTwins],
    ['opposite rows', opposite],
    ['rows within a degree', around(400, 1e-2)],
    ['rows that float32 cannot tell apart', around(400, 1e-9)],
    ['pairs nearer and nearer', nearerAndNearer(1e-5)],
    ['rows at right angles, all pairs of which are nearest', Array.from({length: 80}, (_, i) => unit(80, i))],
    ['rows of every size, zeros among them', awkwardMatrix(random, 200, 12)],
    ['nothing but zeros', Array.from({length: 70}, () => [0, 0])],
    ['one row and zeros', [[1, 2], ...Array.from({length: 70}, () => [0, 0])]],
  ])('equals loops in float64 to the bit, of %s', async (_, matrix) => {
    expect(await byProducts(matrix)).toBe(byLoopsOnce(matrix));
  });

  it('leaves out rows that are not chosen', async () => {
    const chosen = every(withTwins).filter(row => row % 3 !== 0 && row !== 40);
    expect(await byProducts(withTwins, chosen)).toBe(byLoops(withTwins, chosen));
  });

  it.each([
    ['few rows', randomMatrix(random, 3, 12)],
    ['rows of two blocks', randomMatrix(random, 1100, 12)],
    ['rows of one direction', Array.from({length: 1100}, () => [3, 4])],
  ])('tells how far it has come, up to the end, of %s', async (_, matrix) => {
    const parts: number[] = [];
    await byProducts(matrix, every(matrix), part => parts.push(part));
    expect(parts.at(-1)).toBe(1);
    expect(parts).toEqual([...parts].sort((one, other) => one - other));
  });
});

const unit = (dimension: number, at: number) => Array.from({length: dimension}, (_, d) => Number(d === at));

describe('smallestAngle on a backend of 16 bits', () => {
  let exact: tf.KernelConfig;
  beforeAll(async () => {
    await useBackend('cpu');
    exact = {...tf.getKernel('BatchMatMul', 'cpu')};
    tf.unregisterKernel('BatchMatMul', 'cpu');
    tf.registerKernel({
      ...exact,
      kernelFunc: params => {
        const product = exact.kernelFunc(params) as tf.TensorInfo;
        // Eleven bits of each are left.
        const coarse = Float32Array.from(tf.backend().readSync(product.dataId) as Float32Array, value => {
          const step = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 10);
          return value === 0 ? 0 : Math.round(value / step) * step;
        });
        return tf.tensor(coarse, product.shape);
      },
    });
    vi.spyOn(tf.backend(), 'floatPrecision').mockReturnValue(16);
  });
  afterAll(() => {
    vi.restoreAllMocks();
    tf.unregisterKernel('BatchMatMul', 'cpu');
    tf.registerKernel(exact);
  });

  it.each([1e-3, 3e-3, 1e-2, 3e-2])(
    'equals loops in float64 to the bit, of rows %f apart',
    async distance => {
      const matrix = nearerAndNearer(distance);
      expect(await byProducts(matrix)).toBe(byLoops(matrix));
    },
  );
});
