import * as tf from '@tensorflow/tfjs-core';
import {
  arcFace,
  centerLoss,
  type EmbeddingLoss,
  linearRamp,
  type StateTensor,
  sgd,
  Trainer,
  type TrainerConfig,
  TrainingDivergedError,
} from 'face-margins';
import {expect, it} from 'vitest';
import {describeOnBackends} from '../../support/backends';
import {MemoryStore, tinyBatch, tinyNetwork, tinySource} from '../../support/tinyTraining';

const trainerOf = (
  terms: [number, EmbeddingLoss, {name: string}][] = [],
  network = {},
  learningRate: TrainerConfig['learningRate'] = 0.05,
) =>
  new Trainer({
    backbone: tinyNetwork({norm: true, ...network}),
    objective: [
      arcFace({classes: 3, scale: 8, margin: linearRamp({to: 0.3, steps: 10}), seed: 5}),
      [0.1, centerLoss({classes: 3})],
      ...terms,
    ],
    optimizer: sgd({momentum: 0.9}),
    learningRate,
  });

/** A loss of 0, but what `value` and `slope` say at one of its calls. */
const broken = (call: number, {value = 0, slope = 0}: {value?: number; slope?: number}): EmbeddingLoss => {
  let calls = 0;
  return {
    loss: embeddings => {
      const now = ++calls >= call;
      return tf.customGrad(x => ({
        value: tf.fill([6], now ? value : 0),
        gradFunc: () => tf.fill((x as tf.Tensor).shape, now ? slope : 0),
      }))(embeddings);
    },
  };
};

async function divergence(trainer: Trainer, source = tinySource(4), checkpoints = new MemoryStore()) {
  try {
    await trainer.run(source, {epochs: 2, checkpoints, checkpointEvery: 1});
  } catch (error) {
    return {error: error as TrainingDivergedError, checkpoints};
  }
  throw new Error('The training did not stop.');
}

const plain = (tensors: Map<string, StateTensor>) => Object.fromEntries(tensors);

describeOnBackends('the guard', () => {
  it('stops before the step, with everything as it was, and leaves the last checkpoint', async () => {
    const trainer = trainerOf([[0.5, broken(3, {value: Number.NaN}), {name: 'mine'}]]);
    const before = tf.memory().numTensors;
    const {error, checkpoints} = await divergence(trainer);
    expect(tf.memory().numTensors).toBe(before);
    expect(error).toBeInstanceOf(TrainingDivergedError);
    expect(error).toMatchObject({step: 3, epoch: 0, at: 'loss', term: 'mine', learningRate: 0.05});
    expect(error.terms).toEqual({
      arcFace: expect.any(Number),
      centerLoss: expect.any(Number),
      mine: Number.NaN,
    });
    expect(error.message).toMatch(
      /stopped before step 3 .* not finite in the loss of mine.* Lower the scale/s,
    );
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([1, 2]);
    const {record, tensors} = await trainer.state();
    expect(record).toEqual(checkpoints.states[1].record);
    expect(plain(tensors)).toEqual(plain(checkpoints.states[1].tensors));
  });

  it('sees a gradient that is not finite behind a finite loss', async () => {
    const {error} = await divergence(trainerOf([[1, broken(2, {slope: Infinity}), {name: 'mine'}]]));
    expect(error).toMatchObject({step: 2, at: 'gradient', term: 'mine'});
    expect(error.weights).toContain('backbone/embed/kernel');
    expect(error.message).toContain('The loss is finite and its gradient is not');
  });

  it('tells images and weights that were not finite from losses that became so', async () => {
    const spoiled = {
      batchesPerEpoch: 1,
      async *epoch() {
        const {images, labels} = tinyBatch(6, 1);
        images.dispose();
        yield {images: tf.fill([6, 6, 6, 1], Number.NaN) as tf.Tensor4D, labels};
      },
    };
    expect((await divergence(trainerOf(), spoiled)).error).toMatchObject({at: 'images', step: 1});
    const trainer = trainerOf();
    const kernel = trainer.backbone.weights[0];
    tf.tidy(() => void kernel.write(tf.fill(kernel.shape as number[], Infinity)));
    const {error} = await divergence(trainer);
    expect(error).toMatchObject({at: 'weights', weights: ['backbone/conv/kernel']});
    const huge = trainerOf([], {norm: false});
    for (const weight of huge.backbone.weights) {
      tf.tidy(() => void weight.write(tf.fill(weight.shape as number[], 1e38)));
    }
    expect((await divergence(huge)).error).toMatchObject({at: 'embeddings'});
  });

  it('finds the batch of a step whose images are not finite, the first or a later one', async () => {
    for (const place of [0, 1, 2]) {
      const spoiled = {
        batchesPerEpoch: 3,
        async *epoch() {
          for (let i = 0; i < 3; i++) {
            const batch = tinyBatch(6, i);
            if (i === place) batch.images = tf.tidy(() => tf.mul(batch.images, Number.NaN));
            yield batch;
          }
        },
      };
      const trainer = new Trainer({
        backbone: tinyNetwork(),
        objective: arcFace({classes: 3, scale: 8, seed: 5}),
        optimizer: sgd(),
        learningRate: 0.05,
        accumulate: 3,
      });
      expect((await divergence(trainer, spoiled)).error).toMatchObject({at: 'images', step: 1});
    }
  });

  it('takes no step at a learning rate that is no rate, and keeps those before', async () => {
    for (const wrong of [Number.NaN, undefined, -1, Infinity, '0.1']) {
      const trainer = trainerOf([], {}, step => (step === 2 ? (wrong as number) : 0.01));
      const [checkpoints, before] = [new MemoryStore(), tf.memory().numTensors];
      await expect(trainer.run(tinySource(2), {epochs: 2, checkpoints})).rejects.toThrow(
        `Trainer: learningRate at step 2 must be a finite number of 0 or more, but is ${String(wrong)}.`,
      );
      expect(tf.memory().numTensors).toBe(before);
      expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([1]);
      expect(plain((await trainer.state()).tensors)).toEqual(plain(checkpoints.states[0].tensors));
    }
  });

  it('writes no checkpoint of weights that an update has spoilt, and says which one it was', async () => {
    const rate = (step: number) => (step === 2 ? 3e38 : 0.01);
    const spoilt = {step: 2, epoch: 0, at: 'update', learningRate: 3e38, gradientNorm: expect.any(Number)};
    const {error, checkpoints} = await divergence(trainerOf([], {}, rate));
    expect(error).toBeInstanceOf(TrainingDivergedError);
    expect(error).toMatchObject(spoilt);
    expect(error.weights).toContain('backbone/embed/kernel');
    expect(error.message).toMatch(/step 2 .* left weights that are not finite .* Lower the learning rate/s);
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([1]);
    const unsaved = trainerOf([], {}, rate).run(tinySource(4), {epochs: 1});
    await expect(unsaved).rejects.toMatchObject({...spoilt, terms: error.terms});
  });
});
