import * as tf from '@tensorflow/tfjs-core';
import {input, layers, model} from '@tensorflow/tfjs-layers';
import {
  arcFace,
  cosineDecay,
  type FitOptions,
  sgd,
  softmax,
  stepDecay,
  Trainer,
  type TrainerConfig,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {MemoryStore, tinyBatch, tinyNetwork, tinySource, valuesOf} from '../support/tinyTraining';

beforeAll(() => useBackend('cpu'));

const trainerOf = (config: Partial<TrainerConfig> = {}) =>
  new Trainer({
    backbone: tinyNetwork(),
    objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
    optimizer: sgd(),
    learningRate: 0.05,
    ...config,
  });

describe('the options of a trainer', () => {
  it.each<[string, object]>([
    ['accumulate must be a whole number of 1 or more, but is 1.5', {accumulate: 1.5}],
    ['seed must be a finite number, but is Infinity', {seed: Infinity}],
    ['clip must be one of all, backbone, but is head', {clip: 'head'}],
    ['clipNorm must be a finite number above 0, but is 0', {clipNorm: 0}],
    ['learningRate must be a finite number of 0 or more, but is NaN', {learningRate: Number.NaN}],
    ['schedule: kind must be one of', {learningRate: {kind: 'sine'}}],
    ['backbone must be a layers model', {backbone: {layers: []}}],
    ['optimizer must be one of this library', {optimizer: {rule: () => undefined, slots: {}}}],
    ['optimizer must be one of this library', {optimizer: {rule: () => undefined, weightDecay: {}}}],
  ])('are refused: %s', (message, config) => {
    expect(() => trainerOf(config)).toThrow(message);
  });

  it('take a backbone with one output of embeddings', () => {
    const images = input({shape: [6, 6, 1]});
    const flat = layers.flatten().apply(images) as never;
    const [one, two] = [2, 3].map(units => layers.dense({units}).apply(flat) as never);
    expect(() => trainerOf({backbone: model({inputs: images, outputs: [one, two]})})).toThrow(
      'backbone must have one output, embeddings [batch, dimension], but has [,2] and [,3].',
    );
    expect(() => trainerOf({backbone: model({inputs: images, outputs: images})})).toThrow(
      'but has [,6,6,1].',
    );
    expect(() => trainerOf({backbone: model({inputs: images, outputs: one})})).not.toThrow();
  });

  it('leave out nothing of a schedule or a function for the learning rate', async () => {
    const rates = async (learningRate: TrainerConfig['learningRate']) => {
      const seen: number[] = [];
      const callbacks = {onReport: ({learningRate}: {learningRate: number}) => void seen.push(learningRate)};
      await trainerOf({learningRate}).run(tinySource(3), {epochs: 1, callbacks});
      return seen;
    };
    expect(await rates(0)).toEqual([0, 0, 0]);
    expect(await rates(stepDecay({peak: 0.1, boundaries: [2], factor: 0.5}))).toEqual([0.1, 0.1, 0.05]);
    expect(await rates(step => step / 8)).toEqual([0.125, 0.25, 0.375]);
    expect(await rates(cosineDecay({peak: 0.1, steps: 4, warmupSteps: 2}))).toEqual([0.05, 0.1, 0.1]);
  });
});

describe('the options of fit', () => {
  it.each<[string, object]>([
    ...(['epochs', 'steps', 'reportEvery', 'checkpointEvery', 'validateEvery'] as const).flatMap(
      (name): [string, object][] => [
        [`fit: ${name} must be a whole number of 1 or more, but is 0`, {epochs: 1, [name]: 0}],
        [`fit: ${name} must be a whole number of 1 or more, but is 1.5`, {epochs: 1, [name]: 1.5}],
      ],
    ),
    ['fit: epochs or steps must say how long to train, but neither is given', {}],
    ['callbacks', {epochs: 1, callbacks: {onStep: () => undefined}}],
  ])('are refused: %s', async (message, options) => {
    const trainer = trainerOf();
    await expect(trainer.run(tinySource(1), options as FitOptions)).rejects.toThrow(message);
    // It may train with other options.
    await trainer.run(tinySource(1), {epochs: 1});
    expect(trainer.position.step).toBe(1);
  });

  it('let a signal alone say how long', async () => {
    const controller = new AbortController();
    const callbacks = {onReport: ({step}: {step: number}) => void (step === 3 && controller.abort())};
    const trainer = trainerOf();
    await trainer.run(tinySource(2), {signal: controller.signal, callbacks});
    expect(trainer.position).toEqual({step: 3, epoch: 1, batch: 1});
  });
});

describe('a trainer', () => {
  it('gives copies of its position', async () => {
    const trainer = trainerOf();
    trainer.position.step = 9;
    expect(trainer.position.step).toBe(0);
  });

  it('may be restored to nothing but a whole state or weights, and says whether it resumed', async () => {
    const [trainer, other] = [trainerOf(), trainerOf()];
    const store = new MemoryStore();
    expect(await other.resume(store)).toBe(false);
    await trainer.run(tinySource(2), {epochs: 1, checkpoints: store});
    expect(await other.resume(store)).toBe(true);
    expect(other.position).toEqual(trainer.position);
    expect(Object.values(valuesOf(other.backbone))).toEqual(Object.values(valuesOf(trainer.backbone)));
    other.restore(store.states[0], {weightsOnly: false});
    expect(other.position.step).toBe(2);
    expect(() => other.restore(store.states[0], {weightsOnly: 1 as never})).toThrow(
      'weightsOnly must be true, false',
    );
  });

  it('shortens no gradient that is short enough, and the head’s only where asked to', async () => {
    const moved = async (config: Partial<TrainerConfig>) => {
      const [backbone, head] = [tinyNetwork(), softmax({classes: 3, seed: 5})];
      const trainer = trainerOf({backbone, objective: head, ...config});
      await trainer.run([tinyBatch(6, 1)], {epochs: 1});
      return [...Object.values(valuesOf(backbone)).flat(), ...head.classWeights.dataSync()];
    };
    const free = await moved({});
    expect(await moved({clipNorm: 100})).toEqual(free);
    expect(await moved({clipNorm: 100, clip: 'backbone'})).toEqual(free);
    expect(await moved({clipNorm: 1e-3})).not.toEqual(free);
  });

  it('takes arrays of batches again and again, and disposes of none', async () => {
    const batches = [tinyBatch(6, 1), tinyBatch(6, 2)];
    const before = tf.memory().numTensors;
    const trainer = trainerOf();
    const made = tf.memory().numTensors;
    await trainer.run(batches, {epochs: 3});
    expect(trainer.position).toEqual({step: 6, epoch: 3, batch: 0});
    expect(tf.memory().numTensors).toBe(made);
    expect(made).toBeGreaterThan(before);
    expect(batches.some(({images, labels}) => images.isDisposed || labels.isDisposed)).toBe(false);
  });
});
