import * as tf from '@tensorflow/tfjs-core';
import {arcFace, centerLoss, sgd, Trainer, type TrainerConfig} from 'face-margins';
import {decodeCheckpoint, encodeCheckpoint} from 'face-margins/formats';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {describeOnBackends} from '../../support/backends';
import {MemoryStore, tinyNetwork, tinySource, valuesOf} from '../../support/tinyTraining';

const trainerOf = (config: Partial<TrainerConfig> = {}) =>
  new Trainer({
    backbone: tinyNetwork({norm: true}),
    objective: [arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}), [0.1, centerLoss({classes: 3})]],
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    ema: 0.8,
    onWarning: () => {},
    ...config,
  });

type Values = Record<string, number[]>;

/** a ← d a + (1 − d) w, d = min(decay, (1 + t) / (10 + t)), in float64. */
function recurrence(initial: Values, afterSteps: Values[], decay: number): Values {
  const average = structuredClone(initial);
  afterSteps.forEach((weights, i) => {
    const d = Math.min(decay, (2 + i) / (11 + i));
    for (const [name, values] of Object.entries(average)) {
      values.forEach((value, at) => {
        values[at] = d * value + (1 - d) * weights[name][at];
      });
    }
  });
  return average;
}

function expectClose(found: Values, expected: Values) {
  expect(Object.keys(found)).toEqual(Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    values.forEach((value, i) => {
      expect(Math.abs(found[name][i] - value)).toBeLessThan(1e-6 * (1 + Math.abs(value)));
    });
  }
}

describeOnBackends('the average of weights', () => {
  it.each([0, 0.3, 0.8])('follows the recurrence with decay %s, running statistics too', async ema => {
    const trainer = trainerOf({ema});
    const {backbone} = trainer;
    const initial = valuesOf(backbone);
    const after: Values[] = [];
    for await (const _ of trainer.fit(tinySource(10), {steps: 25})) after.push(valuesOf(backbone));
    const expected = recurrence(initial, after, ema);
    expectClose(await trainer.withAverage(() => valuesOf(backbone)), expected);
    expect(valuesOf(backbone)).toEqual(after[24]);
  });
});

describe('the average of weights', () => {
  beforeAll(() => useBackend('wasm'));

  it('changes no step, is what validate measures, and leaves nothing behind', async () => {
    const before = tf.memory().numTensors;
    const [plain, averaged] = [trainerOf({ema: undefined}), trainerOf()];
    const made = tf.memory().numTensors;
    await plain.run(tinySource(4), {epochs: 2});
    const validated: Values[] = [];
    const own: Values[] = [];
    await averaged.run(tinySource(4), {
      epochs: 2,
      validate: async () => {
        validated.push(valuesOf(averaged.backbone));
        const {tensors} = await averaged.state();
        own.push({conv: [...(tensors.get('backbone/conv/kernel')?.values ?? [])]});
        return {};
      },
    });
    expect(Object.values(valuesOf(averaged.backbone))).toEqual(Object.values(valuesOf(plain.backbone)));
    const average = await averaged.withAverage(() => valuesOf(averaged.backbone));
    expect(validated[1]).toEqual(average);
    // A state that is asked for meanwhile has the weights themselves.
    expect(own[1].conv).toEqual(Object.values(valuesOf(averaged.backbone))[0]);
    expect(own[1].conv).not.toEqual(Object.values(average)[0]);
    expect(tf.memory().numTensors).toBe(made);
    for (const trainer of [plain, averaged]) {
      trainer.dispose();
      trainer.backbone.dispose();
    }
    // The heads and centers remain: class weights, counts and centers of two objectives.
    expect(tf.memory().numTensors - before).toBe(4);
  });

  it('gives the weights back where the validation throws, and resumes to the bit', async () => {
    const whole = trainerOf();
    await whole.run(tinySource(4), {steps: 7});
    const stopped = trainerOf();
    const store = new MemoryStore();
    const validate = () => {
      throw new Error('no faces');
    };
    await expect(stopped.run(tinySource(4), {steps: 7, checkpoints: store, validate})).rejects.toThrow(
      'no faces',
    );
    const resumed = trainerOf({backbone: tinyNetwork({norm: true, seed: 9})});
    const saved = (await store.load()) as NonNullable<Awaited<ReturnType<MemoryStore['load']>>>;
    resumed.restore(await decodeCheckpoint(await encodeCheckpoint(saved)));
    await resumed.run(tinySource(4), {steps: 7});
    const all = async (trainer: Trainer) => [
      Object.values(valuesOf(trainer.backbone)),
      Object.values(await trainer.withAverage(() => valuesOf(trainer.backbone))),
    ];
    expect(await all(resumed)).toEqual(await all(whole));
  });

  it('begins at the weights of a checkpoint without it, and is left out where it is not kept', async () => {
    const plain = trainerOf({ema: undefined});
    await plain.run(tinySource(4), {steps: 3});
    const averaged = trainerOf();
    averaged.restore(await plain.state());
    expect(await averaged.withAverage(() => valuesOf(averaged.backbone))).toEqual(
      valuesOf(averaged.backbone),
    );
    await averaged.run(tinySource(4), {steps: 6});
    const state = await averaged.state();
    expect([...state.tensors.keys()].filter(name => name.startsWith('average/'))).toEqual([
      'average/backbone/conv/kernel',
      'average/backbone/conv/bias',
      'average/backbone/norm/gamma',
      'average/backbone/norm/beta',
      'average/backbone/norm/moving_mean',
      'average/backbone/norm/moving_variance',
      'average/backbone/embed/kernel',
      'average/backbone/embed/bias',
    ]);
    plain.restore(state);
    expect(plain.position.step).toBe(6);
    expect(Object.values(valuesOf(plain.backbone))).toEqual(Object.values(valuesOf(averaged.backbone)));

    const fresh = trainerOf();
    fresh.restore(state, {weightsOnly: 'backbone'});
    const begun = await fresh.withAverage(() => valuesOf(fresh.backbone));
    expect(begun).toEqual(valuesOf(fresh.backbone));
    expect(Object.values(begun)).toEqual(Object.values(valuesOf(averaged.backbone)));
  });

  it('is not kept of frozen layers, and is checked before it is taken over', async () => {
    const frozen = trainerOf({freeze: ['conv']});
    await frozen.run(tinySource(4), {steps: 3});
    const state = await frozen.state();
    expect(state.tensors.has('average/backbone/conv/kernel')).toBe(false);
    const damaged = structuredClone(state);
    damaged.tensors.set('average/backbone/embed/bias', {shape: [2], values: new Float32Array(2)});
    expect(() => frozen.restore(damaged)).toThrow('average/backbone/embed/bias is [2] in the checkpoint');
  });

  it('says when it is not there, or in the way', async () => {
    await expect(trainerOf({ema: undefined}).withAverage(() => 0)).rejects.toThrow('ema');
    for (const ema of [1, -0.1, Number.NaN]) expect(() => trainerOf({ema})).toThrow('Trainer: ema must be');
    const trainer = trainerOf();
    const state = await trainer.state();
    await trainer.withAverage(async () => {
      expect(() => trainer.restore(state)).toThrow('restore: the network must have its own weights');
      await expect(trainer.run(tinySource(4), {steps: 1})).rejects.toThrow('withAverage');
    });
    const onReport = () => expect(trainer.withAverage(() => trainer.position.step)).resolves.toBe(1);
    await trainer.run(tinySource(4), {steps: 1, callbacks: {onReport}});
    let during: Promise<unknown> | undefined;
    const learningRate = () => {
      queueMicrotask(() => {
        during = trainerInStep.withAverage(() => 0).catch(String);
      });
      return 0.05;
    };
    const trainerInStep = trainerOf({learningRate, accumulate: 2});
    await trainerInStep.run(tinySource(2), {steps: 1});
    expect(await during).toContain('withAverage: a step is under way');
  });
});
