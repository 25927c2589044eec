import * as tf from '@tensorflow/tfjs-core';
import {arcFace, type Optimizer, sgd, softmax, Trainer, type TrainerConfig} from 'face-margins';
import type {BatchSource} from 'face-margins/data';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {collect, MemoryStore, tinyBatch, tinyNetwork, tinySource} from '../../support/tinyTraining';

beforeAll(() => useBackend('cpu'));

const trainerOf = (config: Partial<TrainerConfig> = {}) =>
  new Trainer({
    backbone: tinyNetwork(),
    objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    ...config,
  });

const stepsOf = ({states}: MemoryStore) => states.map(({record}) => record.position.step);

/** Gradient descent that fails in the midst of a step, where it comes to a weight for this number of times. */
const failingAt = (weight: number): Optimizer => {
  let weights = 0;
  return {
    ...sgd(),
    rule: () => gradient => {
      if (++weights === weight) throw new Error('no room');
      return {change: tf.mul(gradient, 0.1), slots: {}};
    },
  };
};

describe('a training that ends early', () => {
  it('is saved where its taker breaks off at the report of a pass that a run before could not validate', async () => {
    const trainer = trainerOf();
    const validate = () => {
      throw new Error('cannot read the pairs');
    };
    await expect(trainer.run(tinySource(2), {epochs: 1, validate})).rejects.toThrow('cannot read');
    const checkpoints = new MemoryStore();
    for await (const {metrics} of trainer.fit(tinySource(2), {
      epochs: 2,
      checkpoints,
      validate: () => ({auc: 0.7}),
    })) {
      expect(metrics?.auc).toBe(0.7);
      break;
    }
    expect(stepsOf(checkpoints)).toEqual([2]);
    expect(checkpoints.states[0].record.metrics.auc).toBe(0.7);
  });

  it('is saved up to the last step that was taken, and once only', async () => {
    const checkpoints = new MemoryStore();
    const learningRate = (step: number) => (step === 4 ? Number.NaN : 0.01);
    await expect(trainerOf({learningRate}).run(tinySource(9), {epochs: 1, checkpoints})).rejects.toThrow(
      'step 4',
    );
    expect(stepsOf(checkpoints)).toEqual([3]);
    await expect(
      trainerOf({learningRate}).run(tinySource(9), {epochs: 1, checkpoints, checkpointEvery: 3}),
    ).rejects.toThrow('step 4');
    expect(stepsOf(checkpoints)).toEqual([3, 3]);
  });

  it('is not saved where a step failed in the midst of its update', async () => {
    const checkpoints = new MemoryStore();
    // Five weights: the second fails in the second step.
    const trainer = trainerOf({optimizer: failingAt(7)});
    await expect(trainer.run(tinySource(4), {epochs: 1, checkpoints})).rejects.toThrow('no room');
    expect(stepsOf(checkpoints)).toEqual([]);
    const every = trainerOf({optimizer: failingAt(7)});
    await expect(every.run(tinySource(4), {epochs: 1, checkpoints, checkpointEvery: 1})).rejects.toThrow(
      'no room',
    );
    expect(stepsOf(checkpoints)).toEqual([1]);
  });

  it('is not begun where it is told to stop before', async () => {
    const [checkpoints, controller] = [new MemoryStore(), new AbortController()];
    controller.abort();
    const trainer = trainerOf();
    expect(await trainer.run(tinySource(2), {signal: controller.signal, checkpoints})).toBeUndefined();
    expect([trainer.position.step, stepsOf(checkpoints)]).toEqual([0, []]);
  });

  it('says after which batch the data ends, where it is not that of before', async () => {
    const trainer = trainerOf();
    await trainer.run(tinySource(4), {steps: 3});
    const shorter: BatchSource = {...tinySource(2), batchesPerEpoch: 4};
    await expect(trainer.run(shorter, {epochs: 2})).rejects.toThrow(
      'the data ends before batch 3 of epoch 0, where the training stopped',
    );
  });
});

describe('checkpoints', () => {
  it('are told of when they are written', async () => {
    const written: object[] = [];
    const callbacks = {onCheckpoint: (position: object) => void written.push(position)};
    await trainerOf().run(tinySource(3), {
      epochs: 2,
      checkpointEvery: 2,
      checkpoints: new MemoryStore(),
      callbacks,
    });
    expect(written).toEqual([
      {step: 2, epoch: 0},
      {step: 3, epoch: 1},
      {step: 4, epoch: 1},
      {step: 6, epoch: 2},
    ]);
  });
});

describe('a report', () => {
  it('has the accuracy of the last batch of its step, over the size of that batch', async () => {
    const own = softmax({classes: 3, seed: 1});
    const backbone = tinyNetwork();
    const batches = [tinyBatch(9, 3), tinyBatch(7, 2), tinyBatch(5, 1)];
    const trainer = trainerOf({backbone, objective: own, accumulate: 3, learningRate: 0});
    const report = await trainer.run(batches, {epochs: 1});
    const right = batches.map(({images, labels}) =>
      tf.tidy(() => {
        const logits = own.apply(backbone.predict(images) as tf.Tensor2D) as tf.Tensor2D;
        return tf.sum(tf.cast(tf.equal(tf.argMax(logits, 1), labels), 'int32')).dataSync()[0];
      }),
    );
    expect(report?.accuracy).toBeCloseTo(right[2] / 5, 6);
    // Or the test would say nothing.
    expect(new Set([right[2], right[2] / 9, right[2] / 5, right[0] / 9, right[1] / 7]).size).toBe(5);
  });

  it('has a mean of its steps, its accuracy and rate of the last, and counts what is left', async () => {
    // A function does not say how many batches there will be.
    const source = () => Array.from({length: 5}, (_, place) => tinyBatch(6, place));
    const options = {epochs: 2, reportEvery: 4};
    const learningRate = (step: number) => step / 1000;
    const reports = await collect(trainerOf({learningRate, accumulate: 2}).fit(source, options));
    expect(
      reports.map(({step, steps, epoch, endOfEpoch, learningRate}) => [
        step,
        steps,
        epoch,
        endOfEpoch,
        learningRate,
      ]),
    ).toEqual([
      [3, 6, 0, true, 0.003],
      [4, 6, 1, false, 0.004],
      [6, 6, 1, true, 0.006],
    ]);
    expect(reports.map(({metrics}) => metrics !== undefined)).toEqual([true, false, true]);
    for (const {accuracy, imagesPerSecond, secondsLeft, step} of reports) {
      expect(accuracy).toBeGreaterThanOrEqual(0);
      expect(imagesPerSecond).toBeGreaterThan(0);
      if (step < 6) expect(secondsLeft).toBeGreaterThan(0);
      else expect(secondsLeft).toBe(0);
    }
  });

  it('counts to the nearer of two ends, and to none where nothing says it', async () => {
    const total = async (options: object) =>
      (await collect(trainerOf().fit(tinySource(3), options)))[0].steps;
    expect(await total({epochs: 1, steps: 2})).toBe(2);
    expect(await total({epochs: 1, steps: 20})).toBe(3);
    const controller = new AbortController();
    const callbacks = {onReport: () => controller.abort()};
    expect(await total({signal: controller.signal, callbacks})).toBeUndefined();
  });
});
