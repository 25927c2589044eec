import * as tf from '@tensorflow/tfjs-core';
import {arcFace, type EmbeddingLoss, sgd, Trainer, type TrainingDivergedError} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {tinyBatch, tinyNetwork} from '../../support/tinyTraining';

beforeAll(() => useBackend('cpu'));

/** A loss of 0 whose value or slope is another on batches of four. */
const brokenOnFour = ({value = 0, slope = 0}: {value?: number; slope?: number}): EmbeddingLoss => ({
  loss: (embeddings, labels) => {
    const isBroken = labels.size === 4;
    return tf.customGrad(x => ({
      value: tf.fill([labels.size], isBroken ? value : 0),
      gradFunc: () => tf.fill((x as tf.Tensor).shape, isBroken ? slope : 0),
    }))(embeddings);
  },
});

/** How the one step of a training over three batches fails, of which one has four images and the others six. */
async function failure(place: number, mine: EmbeddingLoss): Promise<TrainingDivergedError> {
  const trainer = new Trainer({
    backbone: tinyNetwork(),
    objective: [arcFace({classes: 3, scale: 8, seed: 5}), [1, mine, {name: 'mine'}]],
    optimizer: sgd(),
    learningRate: 0.05,
    accumulate: 3,
  });
  const batches = [0, 1, 2].map(i => tinyBatch(i === place ? 4 : 6, i));
  const before = tf.memory().numTensors;
  const error = await trainer.run(batches, {epochs: 1}).catch((reason: unknown) => reason);
  expect(tf.memory().numTensors).toBe(before);
  return error as TrainingDivergedError;
}

describe.each([0, 1, 2])('a step of three batches, of which number %i spoils it', place => {
  it.each([Number.NaN, Infinity])('by a loss of %d, is said to have spoilt it there', async value => {
    const error = await failure(place, brokenOnFour({value}));
    expect(error).toMatchObject({at: 'loss', term: 'mine', weights: [], step: 1});
    // Not the mean of the whole objective, but of each term.
    expect(error.terms.mine).toBe(value);
    expect(error.terms.arcFace).toBeGreaterThan(0);
  });

  it('by the gradient of a term, is said to have spoilt it there', async () => {
    const error = await failure(place, brokenOnFour({slope: Infinity}));
    expect(error).toMatchObject({at: 'gradient', term: 'mine', step: 1});
    expect(error.weights).toEqual(
      expect.arrayContaining(['backbone/conv/kernel', 'backbone/embed/kernel', 'backbone/embed/bias']),
    );
    expect(error.weights).not.toContain('objective/arcFace/classWeights');
  });
});
