import * as tf from '@tensorflow/tfjs-core';
import {arcFace, distillationLoss, sgd, Trainer} from 'face-margins';
import {arrayImages} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import {expect, it} from 'vitest';
import {describeOnBackends} from '../support/backends';
import {collect, MemoryStore, tinyNetwork, tinySource, valuesOf} from '../support/tinyTraining';

const optimizer = sgd({momentum: 0.9});

describeOnBackends('distillation in a trainer', () => {
  it('draws a student to its teacher, which stays as it is', async () => {
    const teacher = tinyNetwork({norm: true, drop: true, size: 7, seed: 9});
    const before = valuesOf(teacher);
    const trainer = new Trainer({
      backbone: tinyNetwork({size: 4}),
      objective: [
        [0.5, arcFace({classes: 3, scale: 8, margin: 0.1, seed: 1})],
        [0.5, distillationLoss({teacher, seed: 2})],
      ],
      optimizer,
      learningRate: 0.05,
    });
    const reports = await collect(trainer.fit(tinySource(30), {epochs: 1, reportEvery: 1}));
    const losses = reports.map(({terms}) => terms?.distillationLoss as number);
    expect(losses[0]).toBeGreaterThan(0.3);
    expect(losses[losses.length - 1]).toBeLessThan(0.5 * losses[0]);
    expect(valuesOf(teacher)).toEqual(before);
  });

  it('finds stored embeddings by the place of each image', async () => {
    const count = 12;
    const random = tf.randomUniform([count * 36], 0, 255, 'float32', 3).dataSync();
    const faces = arrayImages({
      images: Uint8Array.from(random),
      shape: [count, 6, 6, 1],
      labels: Array.from({length: count}, (_, i) => i % 3),
    });
    const teacher = tinyNetwork({size: 4, seed: 9});
    const inOrder = faces.batches({size: 5, shuffle: false, last: 'keep'});
    const stored = await embedImages(teacher, inOrder.epoch(0));
    const firstLoss = async (how: Parameters<typeof distillationLoss>[0]['teacher']) => {
      const trainer = new Trainer({
        backbone: tinyNetwork({size: 4}),
        objective: distillationLoss({teacher: how}),
        optimizer,
        learningRate: 0.01,
        accumulate: 2,
      });
      const source = faces.batches({size: 4, seed: 2});
      return collect(trainer.fit(source, {steps: 2, reportEvery: 1}));
    };
    const [byNetwork, byStore] = [await firstLoss(teacher), await firstLoss(stored)];
    expect(byNetwork).toHaveLength(2);
    for (const [i, {loss}] of byNetwork.entries()) expect(byStore[i].loss).toBeCloseTo(loss, 5);
  });

  it('takes places from batches of any kind', async () => {
    const images = tf.randomNormal([2, 6, 6, 1], 0, 1, 'float32', 4);
    const labels = tf.tensor1d([0, 1], 'int32');
    const student = tinyNetwork({size: 4});
    const embeddings = student.predict(images) as tf.Tensor2D;
    const [first, second] = embeddings.arraySync();
    const teacher = {values: [...second, ...first], dimension: 4};
    const lossOf = async (batches: Parameters<Trainer['fit']>[0]) => {
      const trainer = new Trainer({
        backbone: student,
        objective: distillationLoss({teacher}),
        optimizer,
        learningRate: 0,
      });
      const [{loss}] = await collect(trainer.fit(batches, {steps: 1}));
      return loss;
    };
    expect(await lossOf([{images, labels, places: [1, 0]}])).toBeLessThan(1e-6);
    expect(await lossOf([{images, labels, places: [0, 1]}])).toBeGreaterThan(1e-4);
    const made = () => [{images: tf.clone(images), labels: tf.clone(labels), places: [1, 0]}];
    expect(await lossOf(made)).toBeLessThan(1e-6);
    await expect(lossOf([{images, labels}])).rejects.toThrow('distillationLoss: places must be given');
  });

  it('saves its map in checkpoints and goes on from there', async () => {
    const teacher = tinyNetwork({size: 7, seed: 9});
    const begin = () => {
      const backbone = tinyNetwork({size: 4});
      const trainer = new Trainer({
        backbone,
        objective: distillationLoss({teacher, seed: 2}),
        optimizer,
        learningRate: 0.05,
      });
      return {backbone, trainer};
    };
    const whole = begin();
    await collect(whole.trainer.fit(tinySource(6), {epochs: 1}));
    const store = new MemoryStore();
    await collect(begin().trainer.fit(tinySource(6), {steps: 3, checkpoints: store}));
    const rest = begin();
    const state = await store.load();
    expect([...(state?.tensors.keys() ?? [])]).toContain('objective/distillationLoss/projection');
    rest.trainer.restore(state as NonNullable<typeof state>);
    await collect(rest.trainer.fit(tinySource(6), {epochs: 1}));
    expect(valuesOf(rest.backbone)).toEqual(valuesOf(whole.backbone));
  });
});
