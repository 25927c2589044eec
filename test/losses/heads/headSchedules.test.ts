import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {cosFace} from '../../../src/losses/heads/cosFace';
import {lSoftmax} from '../../../src/losses/heads/lSoftmax';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {normFace} from '../../../src/losses/heads/normFace';
import {annealing, lSoftmaxMnistAnnealing} from '../../../src/schedules/annealing';
import {linearRamp} from '../../../src/schedules/linearRamp';
import {scheduleAt} from '../../../src/schedules/schedule';
import {stepwise} from '../../../src/schedules/stepwise';
import {describeOnBackends} from '../../support/backends';

const CLASSES = 3;
const x = () =>
  tf.tensor2d([
    [1, 2, -1],
    [0.5, -1, 2],
  ]);
const y = () => tf.tensor1d([0, 2], 'int32');
const weights = () =>
  tf.tensor2d([
    [1, 0, 0.5],
    [0, 1, 0],
    [-0.5, 0.3, 1],
  ]);

function built<T extends MarginHead>(head: T): T {
  tf.dispose(head.apply(x()) as tf.Tensor);
  (head.classWeights as tf.Tensor2D & tf.Variable<tf.Rank.R2>).assign(weights());
  return head;
}

const loss = (head: MarginHead, options?: {training: boolean}) => head.loss(x(), y(), options).arraySync();

describeOnBackends('schedules of a head', () => {
  it('warms a margin up, one step a loss', () => {
    const head = built(arcFace({classes: CLASSES, scale: 8, margin: linearRamp({to: 0.4, steps: 4})}));
    for (const margin of [0.1, 0.2, 0.3, 0.4, 0.4]) {
      const fixed = built(arcFace({classes: CLASSES, scale: 8, margin}));
      expect(loss(head)).toEqual(loss(fixed));
    }
  });

  it('steps a scale, and begins as softmax before the margin comes', () => {
    const head = built(
      cosFace({
        classes: CLASSES,
        scale: stepwise({values: [4, 8], boundaries: [1]}),
        margin: stepwise({values: [0, 0.3], boundaries: [2]}),
      }),
    );
    expect(loss(head)).toEqual(loss(built(normFace({classes: CLASSES, scale: 4}))));
    expect(loss(head)).toEqual(loss(built(normFace({classes: CLASSES, scale: 8}))));
    expect(loss(head)).toEqual(loss(built(cosFace({classes: CLASSES, scale: 8, margin: 0.3}))));
  });

  it('anneals λ as published, from step 1 on', () => {
    const head = built(aSoftmax({classes: CLASSES, margin: 4}));
    const lambda = 1000 / 1.12;
    expect(loss(head)).toEqual(loss(built(aSoftmax({classes: CLASSES, margin: 4, lambda}))));
  });

  it('does not move for a loss outside a training step', () => {
    const head = built(arcFace({classes: CLASSES, margin: linearRamp({to: 0.4, steps: 4})}));
    const before = loss(head, {training: false});
    expect(loss(head, {training: false})).toEqual(before);
    expect(head.iteration).toBe(0);
    loss(head);
    expect(head.iteration).toBe(1);
  });

  it('goes on where it was from saved weights', () => {
    const head = built(lSoftmax({classes: CLASSES, margin: 3, lambda: lSoftmaxMnistAnnealing()}));
    for (let i = 0; i < 7; i++) loss(head);
    const resumed = new (head.constructor as new (config: object) => typeof head)(head.getConfig());
    tf.dispose(resumed.apply(x()) as tf.Tensor);
    resumed.setWeights(head.getWeights());
    expect(resumed.iteration).toBe(7);
    expect(loss(resumed)).toEqual(loss(head));
    expect(resumed.iteration).toBe(8);
  });

  it('leaves no tensor behind', () => {
    const head = built(lSoftmax({classes: CLASSES, margin: 3}));
    const [embeddings, labels] = [x(), y()];
    const {numTensors} = tf.memory();
    for (let i = 0; i < 5; i++) head.loss(embeddings, labels).dispose();
    expect(tf.memory().numTensors).toBe(numTensors);
  });

  it('does not train the count of steps', () => {
    const head = built(lSoftmax({classes: CLASSES, margin: 3}));
    expect(head.trainableWeights).toHaveLength(1);
    expect(head.getWeights()).toHaveLength(2);
  });

  it('refuses a scale that is both learned and scheduled, and a schedule that leaves the range', () => {
    const scale = linearRamp({from: 16, to: 64, steps: 10});
    expect(() => normFace({classes: CLASSES, scale, learnScale: true})).toThrow('either learned or given');
    expect(() => arcFace({classes: CLASSES, margin: linearRamp({to: 4, steps: 10})})).toThrow(
      'margin must be a number from 0 to 3.14',
    );
    expect(() => arcFace({classes: CLASSES, scale: stepwise({values: [16, 0], boundaries: [5]})})).toThrow(
      'scale',
    );
    expect(() => lSoftmax({classes: CLASSES, margin: 0.5})).toThrow(
      'margin must be a finite number of 1 or more',
    );
  });

  it("makes unit weights before each step under SphereFace's gradient", () => {
    const head = built(aSoftmax({classes: CLASSES, margin: 2, lambda: 0, gradient: 'sphereface'}));
    loss(head);
    const norms = tf.norm(head.classWeights, 'euclidean', 1).arraySync() as number[];
    for (const norm of norms) expect(norm).toBeCloseTo(1, 6);
  });
});

it('has the published values of λ', () => {
  expect(scheduleAt(annealing(), 1)).toBeCloseTo(892.9, 1);
  expect(scheduleAt(annealing(), 100)).toBeCloseTo(76.9, 1);
  expect(scheduleAt(annealing(), 1000)).toBeCloseTo(8.26, 2);
  expect(scheduleAt(annealing(), 1657)).toBeGreaterThan(5);
  expect(scheduleAt(annealing(), 1659)).toBe(5);
  expect(scheduleAt(lSoftmaxMnistAnnealing(), 1000)).toBeCloseTo(421, 0);
  expect(scheduleAt(lSoftmaxMnistAnnealing(), 5000)).toBeCloseTo(16.2, 1);
  expect(scheduleAt(lSoftmaxMnistAnnealing(), 10_000)).toBeCloseTo(0.41, 2);
});

it('says what is wrong with a schedule', () => {
  expect(() => stepwise({values: [1, 2], boundaries: [3, 5]})).toThrow('one more than boundaries');
  expect(() => stepwise({values: [1, 2, 3], boundaries: [5, 5]})).toThrow('ascend, but are [5,5]');
  expect(() => linearRamp({to: 1, steps: 0})).toThrow('steps must be a whole number of 1 or more');
  expect(() => annealing({gamma: -1})).toThrow('gamma must be a finite number of 0 or more, but is -1');
  expect(() => scheduleAt({kind: 'cubic'} as never, 1)).toThrow(
    'kind must be one of linear, stepwise, annealing, step, polynomial, cosine, exponential, but is cubic',
  );
});
