import * as tf from '@tensorflow/tfjs-core';
import {arcFace, focal, type MarginHead, softmax, subCenterArcFace} from 'face-margins';
import {sharded} from 'face-margins/distributed';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import type {Collective} from '../../../src/base/collective';
import {inRanks} from '../../support/inRanks';
import {headCases} from './headCases';

const [classes, dimension] = [5, 4];

/** Embeddings, labels and weights of losses; {@link ofRank} divides them among ranks, three to the first and five to the second. */
const batch = () => ({
  x: tf.randomNormal([8, dimension], 0, 4, 'float32', 5) as tf.Tensor2D,
  labels: tf.tensor1d([3, 0, 2, 4, 1, 1, 0, 3], 'int32'),
  dy: tf.randomUniform([8], 0.5, 2, 'float32', 6) as tf.Tensor1D,
});
type Batch = ReturnType<typeof batch>;
const parts = [
  [0, 3],
  [3, 5],
];
const ofRank = <T extends tf.Tensor>(tensor: T, rank: number) =>
  tf.slice(tensor, parts[rank][0], parts[rank][1]) as T;

const makers: [name: string, make: () => MarginHead][] = headCases.flatMap(({name, head, scaled}) => [
  [name, () => head({classes, scale: 8, seed: 2})],
  ...(scaled
    ? [[`${name}, learned scale`, () => head({classes, scale: 8, seed: 2, learnScale: true})] as never]
    : []),
]);
makers.push(
  ['ArcFace, focal', () => arcFace({classes, scale: 8, seed: 2, targetLoss: focal({gamma: 2})})],
  ['ArcFace, filter', () => arcFace({classes, scale: 8, seed: 2, interClassFilter: 0.2})],
);

/**
 * Losses, gradients of their weighted sum, what the head keeps after a step, and the nearest class of each.
 *
 * @param all The batch of all ranks, which a head sees after a step.
 */
function stepOf(head: MarginHead, {x, labels, dy}: Batch, all: Batch) {
  tf.dispose(head.apply(x));
  const trained = head.trainableWeights.map(weight => weight.read() as tf.Variable);
  const variable = tf.variable(x);
  const tensors = tf.memory().numTensors;
  const step = tf.tidy(() => {
    let losses: number[] = [];
    const {grads} = tf.variableGrads(() => {
      const each = head.loss(variable, labels, {randomKey: 'key'});
      losses = [...each.dataSync()];
      return tf.sum(tf.mul(each, dy)) as tf.Scalar;
    }, [variable, ...trained]);
    const gradient = ({name}: tf.Variable) => [...grads[name].dataSync()];
    return {losses, dx: gradient(variable), weights: trained.map(gradient)};
  });
  head.afterStep?.(all.x, all.labels);
  const nearest = tf.tidy(() => [...head.nearestClasses(x).dataSync()]);
  const leaked = tf.memory().numTensors - tensors;
  const state = head.weights
    .filter(({trainable}) => !trainable)
    .flatMap(weight => [...weight.read().dataSync()]);
  variable.dispose();
  return {...step, nearest, leaked, state, classRange: head.classRange};
}

function expectClose(found: number[], expected: number[], what: string) {
  const largest = Math.max(1e-6, ...expected.map(Math.abs));
  expect(found, what).toHaveLength(expected.length);
  for (const [i, value] of expected.entries())
    expect(Math.abs(found[i] - value) / largest, `${what}[${i}]`).toBeLessThan(1e-5);
}

beforeAll(() => useBackend('cpu'));

describe('a head that is divided between two ranks', () => {
  it.each(makers)('%s: has the losses, gradients and state of one process', async (_, make) => {
    const all = batch();
    const head = make();
    const whole = stepOf(head, all, all);
    head.dispose();
    const ranks = await inRanks(2, async collective => {
      const {rank} = collective;
      const part = sharded(make(), {collective});
      const own = {x: ofRank(all.x, rank), labels: ofRank(all.labels, rank), dy: ofRank(all.dy, rank)};
      const step = stepOf(part, own, all);
      part.dispose();
      tf.dispose(own);
      return step;
    });
    const [byClass, ...others] = whole.weights;
    for (const [rank, found] of ranks.entries()) {
      const [start, count] = parts[rank];
      const slice = (values: number[], width = 1) => values.slice(start * width, (start + count) * width);
      expectClose(found.losses, slice(whole.losses), 'losses');
      expectClose(found.dx, slice(whole.dx, dimension), 'gradient to the embeddings');
      const width = byClass.length / classes;
      const {first, count: own} = found.classRange;
      const here = byClass.slice(first * width, (first + own) * width);
      expectClose(found.weights[0], here, 'gradient to the classes');
      for (const [i, gradient] of others.entries()) expectClose(found.weights[i + 1], gradient, 'gradient');
      expectClose(found.state, whole.state, 'state');
      expect(found.nearest).toEqual(slice(whole.nearest));
      expect(found.leaked).toBe(whole.leaked);
    }
    expect(ranks.map(({classRange}) => classRange)).toEqual([
      {first: 0, count: 2},
      {first: 2, count: 3},
    ]);
    tf.dispose(all);
  });
});

describe('a head that draws some classes', () => {
  const alone: Collective = {
    rank: 0,
    size: 1,
    allReduce: values => values,
    allGather: (values, into) => {
      into.set(values);
      return into;
    },
    reduceScatter: (values, into) => {
      into.set(values);
      return into;
    },
    broadcast: values => values,
    barrier: () => {},
    abort: () => {},
    close: async () => {},
  };

  it.each([
    ['softmax', () => softmax({classes: 40, seed: 3})],
    ['ArcFace', () => arcFace({classes: 40, scale: 8, seed: 3})],
    ['sub-centers', () => subCenterArcFace({classes: 40, scale: 8, subCenters: 2, seed: 3})],
  ])('%s: draws the same classes between two ranks as in one, with the same losses', async (_, make) => {
    const x = tf.randomNormal([8, dimension], 0, 1, 'float32', 7) as tf.Tensor2D;
    const labels = tf.tensor1d([3, 30, 12, 39, 1, 21, 30, 20], 'int32');
    const lossesIn = (collective: Collective, rows: tf.Tensor2D, ids: tf.Tensor1D) => {
      const head = sharded(make(), {collective, sample: 0.5});
      const losses = tf.tidy(() => [...head.loss(rows, ids, {randomKey: 'step'}).dataSync()]);
      head.dispose();
      return losses;
    };
    const whole = lossesIn(alone, x, labels);
    const ranks = await inRanks(2, collective => {
      const own = [ofRank(x, collective.rank), ofRank(labels, collective.rank)] as const;
      const losses = lossesIn(collective, ...own);
      tf.dispose([...own]);
      return losses;
    });
    expectClose(ranks.flat(), whole, 'losses');
    // The softmax over half of the classes is not that over all.
    const all = make();
    const overAll = tf.tidy(() => [...all.loss(x, labels).dataSync()]);
    expect(Math.max(...overAll.map((loss, i) => loss - whole[i]))).toBeGreaterThan(0.1);
    all.dispose();
    tf.dispose([x, labels]);
  });
});
