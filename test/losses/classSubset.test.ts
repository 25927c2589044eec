import * as tf from '@tensorflow/tfjs-core';
import {
  arcFace,
  ClassSubset,
  classSubset,
  cosFace,
  type EmbeddingLoss,
  registerHeads,
  sgd,
  Trainer,
} from 'face-margins';
import type {Batch} from 'face-margins/data';
import {expect, it} from 'vitest';
import {describeOnBackends} from '../support/backends';
import {tinyBatch, tinyNetwork} from '../support/tinyTraining';

const embeddings = () => tf.tensor2d([1, 2, -1, 0.5, 0.3, 2, 2, -1, 1, 1], [5, 2]);
const labels = () => tf.tensor1d([3, 0, 4, 1, 3], 'int32');

describeOnBackends('classSubset', () => {
  it('has the loss and the gradient of the head on its own examples, and none on others', () => {
    const head = arcFace({classes: 2, scale: 8, seed: 1});
    const own = classSubset({head, first: 3});
    tf.dispose(own.loss(embeddings(), labels()));
    const before = tf.memory().numTensors;
    tf.tidy(() => {
      const upstream = tf.tensor1d([1, 2, 3, 4, 5]);
      const sum = (x: tf.Tensor) => tf.sum(tf.mul(own.loss(x, labels()), upstream)) as tf.Scalar;
      const found = own.loss(embeddings(), labels()).dataSync();
      const gradient = tf.grad(sum)(embeddings()).dataSync();
      const rows = [0, 2, 4];
      const alone = tf.gather(embeddings(), rows);
      const ids = tf.tensor1d([0, 1, 0], 'int32');
      const expected = head.loss(alone, ids).dataSync();
      const gradientAlone = tf
        .grad(x => tf.sum(tf.mul(head.loss(x, ids), tf.tensor1d([1, 3, 5]))) as tf.Scalar)(alone)
        .dataSync();
      rows.forEach((row, i) => {
        expect(found[row]).toBeCloseTo(expected[i], 5);
        for (const d of [0, 1]) expect(gradient[2 * row + d]).toBeCloseTo(gradientAlone[2 * i + d], 5);
      });
      expect(
        [found[1], found[3], ...gradient.slice(2, 4), ...gradient.slice(6, 8)].every(value => value === 0),
      ).toBe(true);
    });
    expect(tf.memory().numTensors).toBe(before);
    expect(own.getWeights().length).toBe(1);
  });

  it('trains two heads on one network, each by its own examples, and resumes', async () => {
    const make = () =>
      new Trainer({
        backbone: tinyNetwork(),
        objective: [
          [1, classSubset({head: arcFace({classes: 3, scale: 8, margin: 0.1, seed: 1})}), {name: 'labeled'}],
          [
            1,
            classSubset({head: cosFace({classes: 2, scale: 8, margin: 0.1, seed: 2}), first: 3}),
            {name: 'clusters'},
          ],
        ],
        optimizer: sgd({momentum: 0.9}),
        learningRate: 0.05,
      });
    const batch = (): Batch => ({
      ...tinyBatch(10, 1, 5),
      labels: tf.tensor1d([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], 'int32'),
    });
    const trainer = make();
    const losses: number[] = [];
    const batches = Array.from({length: 60}, batch);
    for await (const {loss} of trainer.fit(batches, {epochs: 1, reportEvery: 1})) losses.push(loss);
    expect(losses.at(-1)).toBeLessThan(losses[0] / 2);
    const state = await trainer.state();
    const other = make();
    other.restore(state);
    expect((await other.state()).tensors).toEqual(state.tensors);
    expect([...state.tensors.keys()].filter(name => name.startsWith('objective/'))).toEqual([
      'objective/labeled/classWeights',
      'objective/clusters/classWeights',
    ]);
    trainer.dispose();
    other.dispose();
  });

  it('is saved with its head, and made again', () => {
    registerHeads();
    const own = classSubset({head: arcFace({classes: 2, scale: 8, margin: 0.3}), first: 5, name: 'clusters'});
    const again = ClassSubset.fromConfig(ClassSubset as never, own.getConfig()) as unknown as ClassSubset;
    expect(again.getConfig()).toEqual(own.getConfig());
    expect(again.head.classes).toBe(2);
  });

  it('refuses what is no head', () => {
    expect(() => classSubset({head: {} as never})).toThrow(
      'classSubset: head must be a head, such as arcFace({classes: 10})',
    );
    expect(() => classSubset({head: arcFace({classes: 2}), first: 0.5})).toThrow(
      'classSubset: first must be',
    );
    const own: EmbeddingLoss = classSubset({head: arcFace({classes: 2})});
    expect(() => own.loss(embeddings(), tf.tensor1d([0], 'int32'))).toThrow(
      'classSubset: labels must be class ids of shape [5]',
    );
  });
});
