import * as tf from '@tensorflow/tfjs-core';
import {
  adaFace,
  arcFace,
  type ClassLayer,
  centerLoss,
  curricularFace,
  customHead,
  growHead,
  linearRamp,
  sgd,
  softTripleLoss,
  subCenterArcFace,
  Trainer,
  uniFace,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {collect, tinyBatch, tinyNetwork, tinySource} from '../support/tinyTraining';

const makers: Record<string, (classes: number, seed: number) => ClassLayer> = {
  arcFace: (classes, seed) =>
    arcFace({classes, seed, learnScale: true, margin: linearRamp({to: 0.3, steps: 4})}),
  adaFace: (classes, seed) => adaFace({classes, seed}),
  curricularFace: (classes, seed) => curricularFace({classes, seed}),
  uniFace: (classes, seed) => uniFace({classes, seed}),
  subCenterArcFace: (classes, seed) => subCenterArcFace({classes, seed, subCenters: 3}),
  softTripleLoss: (classes, seed) => softTripleLoss({classes, seed, subCenters: 2}),
  centerLoss: classes => centerLoss({classes}),
  customHead: (classes, seed) =>
    customHead({classes, seed, margin: {value: ({cos}) => cos, derivative: ({sin}) => tf.neg(sin)}}),
};

/** A head after two steps. */
function trained<T extends ClassLayer>(head: T): T {
  for (const seed of [1, 2]) {
    const [x, labels] = [
      tf.randomNormal([6, 4], 0, 9, 'float32', seed),
      tf.tensor1d([0, 1, 2, 0, 1, 2], 'int32'),
    ];
    tf.dispose(head.loss(x, labels));
    head.afterStep?.(x as tf.Tensor2D, labels);
  }
  return head;
}

const roles = (head: ClassLayer) => head.weights.map(({originalName}) => originalName.split('/').pop());

describe('growHead', () => {
  beforeAll(() => useBackend('cpu'));

  it.each(Object.keys(makers))('keeps what %s knows, and the loss of known classes against them', name => {
    const make = makers[name];
    const head = trained(make(3, 1));
    const before = tf.memory().numTensors;
    const fresh = make(5, 2);
    const grown = growHead(head, fresh);
    expect(grown).toBe(fresh);
    expect(tf.memory().numTensors - before).toBe(head.weights.length);
    const drawn = make(5, 2);
    drawn.loss(tf.zeros([1, 4]), tf.zeros([1], 'int32'), {training: false});
    roles(head).forEach((role, i) => {
      const [known, now, new_] = [head, grown, drawn].map(layer => [...layer.weights[i].read().dataSync()]);
      const isByClass = role === 'classWeights' || role === 'centers';
      expect(now.slice(0, known.length)).toEqual(known);
      if (isByClass) expect(now.slice(known.length)).toEqual(new_.slice(known.length));
      else expect(now).toEqual(known);
    });
    const x = tf.randomNormal([4, 4], 0, 1, 'float32', 3) as tf.Tensor2D;
    if (name === 'centerLoss') return;
    const logits = (layer: ClassLayer) => tf.slice(layer.apply(x) as tf.Tensor, [0, 0], [4, 3]).dataSync();
    expect([...logits(grown)]).toEqual([...logits(head)]);
  });

  it('lets new classes point to their embeddings', () => {
    const head = arcFace({classes: 3, seed: 1});
    head.loss(tf.ones([1, 4]), tf.tensor1d([0], 'int32'));
    const means = tf.tensor2d([1, 2, 2, 0, 0, 0, 0, 7], [2, 4]);
    const length = tf.mean(tf.norm(head.classWeights, 2, 1)).dataSync()[0];
    const {classWeights} = growHead(head, arcFace({classes: 5, seed: 2}), {means});
    const rows = [...classWeights.dataSync()].slice(12);
    [1 / 3, 2 / 3, 2 / 3, 0, 0, 0, 0, 1].forEach((part, i) => {
      expect(rows[i]).toBeCloseTo(part * length, 8);
    });
    const several = subCenterArcFace({classes: 3, subCenters: 2, seed: 1});
    several.loss(tf.ones([1, 4]), tf.tensor1d([0], 'int32'));
    const grown = growHead(several, subCenterArcFace({classes: 5, subCenters: 2, seed: 2}), {means});
    const logits = tf.slice(grown.apply(means) as tf.Tensor, [0, 3], [2, 2]).arraySync() as number[][];
    expect(logits[0][0]).toBeCloseTo(64, 3);
    expect(logits[1][1]).toBeCloseTo(64, 3);
    expect(grown.classWeights.shape).toEqual([10, 4]);
    const centers = growHead(trained(centerLoss({classes: 3})), centerLoss({classes: 5}), {means});
    expect([...centers.centers.dataSync()].slice(12)).toEqual([1, 2, 2, 0, 0, 0, 0, 7]);
  });

  it('refuses what is not the same head with more classes', () => {
    const head: ClassLayer = trained(arcFace({classes: 3, seed: 1}));
    expect(() => growHead(head, uniFace({classes: 5}))).toThrow(
      'growHead: larger must be of class FaceMarginsArcFace as head, but is of class FaceMarginsUniFace',
    );
    expect(() => growHead(head, arcFace({classes: 2}))).toThrow('larger must have 3 classes or more');
    expect(() => growHead(arcFace({classes: 3}), arcFace({classes: 4}))).toThrow('head must be built');
    expect(() => growHead(head, arcFace({classes: 5, learnScale: true}))).toThrow(
      'growHead: larger must have the weights of head, classWeights [1 · classes, 4], but has classWeights [1 · classes, 4], scale []',
    );
    expect(() => growHead(head, arcFace({classes: 5}), {means: tf.zeros([1, 4])})).toThrow(
      'growHead: means must be [2, 4], an embedding of each new class, but are [1,4]',
    );
  });
});

describe('restoring with more classes', () => {
  beforeAll(() => useBackend('wasm'));

  const trainerOf = (classes: number, seed: number) =>
    new Trainer({
      backbone: tinyNetwork(),
      objective: [arcFace({classes, scale: 8, margin: 0.2, seed}), [0.1, centerLoss({classes})]],
      optimizer: sgd({momentum: 0.9}),
      learningRate: 0.05,
    });

  it('goes on with the optimizer’s state of known classes, and leaves new ones as they are', async () => {
    const known = trainerOf(3, 5);
    await known.run(tinySource(4), {steps: 8});
    const state = await known.state();
    const grown = trainerOf(5, 9);
    const fresh = (await grown.state()).tensors;
    expect(() => grown.restore(state)).toThrow(
      'objective/arcFace/classWeights is [3, 4] in the checkpoint, but [5, 4] here',
    );
    grown.restore(state, {growClasses: true});
    expect(grown.position).toEqual(known.position);
    const {tensors} = await grown.state();
    expect([...tensors.keys()]).toEqual([...state.tensors.keys()]);
    const anew = trainerOf(5, 9);
    anew.restore(state, {growClasses: true, weightsOnly: true});
    expect(anew.position.step).toBe(0);
    const begun = (await anew.state()).tensors;
    expect(begun.get('objective/arcFace/classWeights')).toEqual(
      tensors.get('objective/arcFace/classWeights'),
    );
    let grew = 0;
    for (const [name, {shape, values}] of tensors) {
      const there = state.tensors.get(name);
      const size = there?.values.length as number;
      expect([...values.slice(0, size)]).toEqual([...(there?.values ?? [])]);
      if (values.length === size) continue;
      grew++;
      expect(shape).toEqual([5, 4]);
      expect([...values.slice(size)]).toEqual([...(fresh.get(name)?.values.slice(size) ?? [])]);
    }
    // Class weights, their momentum, centers.
    expect(grew).toBe(3);
    const batches = {
      batchesPerEpoch: 4,
      epoch: async function* () {
        for (const i of [0, 1, 2, 3]) yield tinyBatch(10, i, 5);
      },
    };
    const reports = await collect(grown.fit(batches, {epochs: 8}));
    expect(reports[reports.length - 1].loss).toBeLessThan(0.5 * reports[0].loss);
  });

  it('refuses fewer classes, and longer embeddings', async () => {
    const known = trainerOf(5, 5);
    const state = await known.state();
    expect(() => trainerOf(3, 5).restore(state, {growClasses: true})).toThrow(
      '[5, 4] in the checkpoint, but [3, 4]',
    );
    const longer = new Trainer({
      backbone: tinyNetwork({size: 6}),
      objective: [arcFace({classes: 7, seed: 1}), [0.1, centerLoss({classes: 7})]],
      optimizer: sgd({momentum: 0.9}),
      learningRate: 0.05,
    });
    expect(() => longer.restore(state, {growClasses: true})).toThrow('[5, 4] in the checkpoint, but [7, 6]');
  });
});
