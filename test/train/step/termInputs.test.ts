import * as tf from '@tensorflow/tfjs-core';
import {initializers, type LayersModel, layers, sequential} from '@tensorflow/tfjs-layers';
import {
  arcFace,
  centerLoss,
  contrastiveLoss,
  type Objective,
  sgd,
  softmax,
  Trainer,
  type TrainerConfig,
  TrainingDivergedError,
  trainableVariables,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {describeOnBackends} from '../../support/backends';
import {collect, MemoryStore, tinyBatch, tinyNetwork, tinySource, valuesOf} from '../../support/tinyTraining';

/** From the convolution's 4×4×4 to five numbers. */
const reduction = (units = 5): LayersModel =>
  sequential({
    layers: [
      layers.flatten({inputShape: [4, 4, 4]}),
      layers.dense({name: 'reduce', units, kernelInitializer: initializers.glorotNormal({seed: 7})}),
    ],
  });

const parts = () => ({
  backbone: tinyNetwork({norm: true}),
  through: reduction(),
  top: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
  early: softmax({classes: 3, seed: 6}),
  centers: centerLoss({classes: 3}),
  pairs: contrastiveLoss({margin: 1}),
});

/** DeepID2+: identification and verification at an early level beside the head at the end. */
const levels = ({top, early, centers, pairs, through}: ReturnType<typeof parts>): Objective => [
  top,
  [0.5, early, {layer: 'conv', through}],
  [0.25, pairs, {layer: 'conv', through}],
  [0.1, centers, {layer: 'norm', through: undefined, name: 'centers'}],
];

const trainerOf = (objective: Objective, config: Partial<TrainerConfig> = {}) =>
  new Trainer({
    backbone: tinyNetwork({norm: true}),
    objective,
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    ...config,
  });

const flat = (values: Record<string, number[]>) => Object.values(values).flat();

function expectClose(found: number[], expected: number[], within = 1e-5) {
  expect(found).toHaveLength(expected.length);
  expect(Math.max(...found.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(within);
}

describeOnBackends('terms at layers of a network', () => {
  it('have the gradients of a loop written by hand', async () => {
    const hand = parts();
    hand.top.build([null, 4]);
    hand.early.build([null, 5]);
    const stock = tf.train.momentum(0.05, 0.9);
    const variables = trainableVariables(hand.backbone, hand.through, hand.top, hand.early);
    for (const place of [0, 1, 2, 3]) {
      const {images, labels} = tinyBatch(6, place);
      stock.minimize(
        () => {
          let [output, level] = [images as tf.Tensor, images as tf.Tensor];
          for (const layer of hand.backbone.layers) {
            output = layer.apply(output, {training: true}) as tf.Tensor;
            if (layer.name === 'conv') level = output;
          }
          const reduced = hand.through.apply(level) as tf.Tensor2D;
          return tf.addN([
            tf.mean(hand.top.loss(output, labels)),
            tf.mul(tf.mean(hand.early.loss(reduced, labels)), 0.5),
            tf.mul(tf.mean(hand.pairs.loss(reduced, labels)), 0.25),
          ]) as tf.Scalar;
        },
        false,
        variables,
      );
    }
    const ours = parts();
    const objective = (levels(ours) as unknown[]).slice(0, 3) as Objective;
    const trainer = trainerOf(objective, {backbone: ours.backbone});
    const reports = await collect(trainer.fit(tinySource(4), {epochs: 1}));
    expect(Object.keys(reports[0].terms)).toEqual(['arcFace', 'softmax', 'contrastiveLoss']);
    expectClose(flat(valuesOf(ours.backbone)), flat(valuesOf(hand.backbone)));
    expectClose(flat(valuesOf(ours.through)), flat(valuesOf(hand.through)));
    expectClose([...ours.top.classWeights.dataSync()], [...hand.top.classWeights.dataSync()]);
    expectClose([...ours.early.classWeights.dataSync()], [...hand.early.classWeights.dataSync()]);
    // What they started from is far away.
    expect(() => expectClose(flat(valuesOf(ours.through)), flat(valuesOf(reduction())), 1e-3)).toThrow();
  });
});

describe('terms at layers of a network', () => {
  beforeAll(() => useBackend('wasm'));

  it('move centers by what they see, leave nothing behind, and resume to the bit', async () => {
    const objectiveOf = (dropped: LayersModel): Objective => [
      [0.1, centerLoss({classes: 3}), {layer: 'embed'}],
      [1, softmax({classes: 3, seed: 6}), {layer: 'conv', through: dropped, name: 'early'}],
      arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
    ];
    const dropping = (seed: number) => {
      const through = reduction();
      through.setWeights(through.getWeights().map(weight => tf.add(weight, (seed - 1) / 10)));
      return sequential({layers: [...through.layers, layers.dropout({rate: 0.5})]});
    };
    const whole = trainerOf(objectiveOf(dropping(1)), {accumulate: 2});
    const before = tf.memory().numTensors;
    await whole.run(tinySource(8), {steps: 6});
    expect(tf.memory().numTensors).toBe(before);
    const store = new MemoryStore();
    await trainerOf(objectiveOf(dropping(1)), {accumulate: 2}).run(tinySource(8), {
      steps: 3,
      checkpoints: store,
    });
    const resumed = trainerOf(objectiveOf(dropping(2)), {accumulate: 2});
    await resumed.resume(store);
    await resumed.run(tinySource(8), {steps: 6});
    const [a, b] = [await resumed.state(), await whole.state()];
    expect(a.tensors).toEqual(b.tensors);
    expect([...a.tensors.keys()].filter(name => name.startsWith('objective/'))).toEqual([
      'objective/centerLoss/centers',
      'objective/early/classWeights',
      'objective/early/through/reduce/kernel',
      'objective/early/through/reduce/bias',
      'objective/arcFace/classWeights',
    ]);
  });

  it('train behind a frozen network, whose outputs are not kept', async () => {
    const {backbone, through, early, top} = parts();
    const trainer = trainerOf([top, [1, early, {layer: 'conv', through}]], {backbone, freeze: [/./]});
    const before = tf.memory().numTensors;
    const start = [flat(valuesOf(backbone)), flat(valuesOf(through))];
    const reports = await collect(trainer.fit(tinySource(5), {epochs: 6}));
    expect(tf.memory().numTensors).toBe(before);
    expect(flat(valuesOf(backbone))).toEqual(start[0]);
    expect(flat(valuesOf(through))).not.toEqual(start[1]);
    expect(reports[29].terms.softmax).toBeLessThan(0.7 * reports[0].terms.softmax);
    expect(reports[29].accuracy).toBeGreaterThan(0.5);
  });

  it('take a projection of the embeddings, which trains and is no part of the network', async () => {
    const through = sequential({layers: [layers.dense({name: 'projection', units: 2, inputShape: [4]})]});
    const {backbone, early} = parts();
    const start = flat(valuesOf(through));
    await trainerOf([[1, early, {through}]], {backbone}).run(tinySource(2), {epochs: 1});
    expect(early.classWeights.shape).toEqual([3, 2]);
    expect(flat(valuesOf(through))).not.toEqual(start);
    expect(backbone.outputs[0].shape).toEqual([null, 4]);
  });

  it('say which term is not finite', async () => {
    const {top, through} = parts();
    const endless = {loss: (x: tf.Tensor) => tf.div(tf.sum(x, 1), 0)};
    const trainer = trainerOf([top, [1, endless, {name: 'endless', layer: 'conv', through}]]);
    const failed = await trainer.run(tinySource(1), {epochs: 1}).catch(error => error);
    expect(failed).toBeInstanceOf(TrainingDivergedError);
    expect(failed).toMatchObject({at: 'loss', term: 'endless'});
  });

  it('refuse what no term can see', () => {
    const {top, through} = parts();
    const made = (options: object) => () => trainerOf([[1, top, options]]);
    expect(made({layer: 'conv_9'})).toThrow(
      /Trainer: layer of a term must name a layer of the network, one of .*conv, norm.*, but is 'conv_9'/,
    );
    expect(made({layer: 'conv'})).toThrow(
      "Trainer: arcFace must see rows [batch, dimension], but layer 'conv' gives [batch, 4, 4, 4]",
    );
    expect(made({layer: 'embed', through})).toThrow(
      'Trainer: through of arcFace must take [batch, 4], but takes [batch, 4, 4, 4]',
    );
    expect(made({layer: 3})).toThrow("objective[0]'s layer must be the name of a layer, but is 3");
    expect(made({through: layers.dense({units: 2})})).toThrow(
      "objective[0]'s through must be a layers model with one input of known shape and one output, but is of class Dense",
    );
  });
});
