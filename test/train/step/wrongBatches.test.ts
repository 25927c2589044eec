import {MathBackendCPU} from '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers, type Sequential, sequential} from '@tensorflow/tfjs-layers';
import {arcFace, batchNormLayer, sgd, softmax, Trainer, type TrainerConfig, useBackend} from 'face-margins';
import {arrayImages, type Batch, type BatchSource} from 'face-margins/data';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {describeOnBackends} from '../../support/backends';
import {MemoryStore, tinyBatch, tinyNetwork, tinySource, valuesOf} from '../../support/tinyTraining';

const trainerOf = (backbone: LayersModel, config: Partial<TrainerConfig> = {}) =>
  new Trainer({
    backbone,
    objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    ...config,
  });

/** A network that ends in a batch normalization, as face networks do. */
function normalized(norm = batchNormLayer({name: 'last'})): Sequential {
  const network = tinyNetwork({norm: true}) as Sequential;
  network.add(norm);
  return network;
}

const message = (layer: string, shape: string) =>
  `batch normalization ${layer} must have 2 or more values a channel in training, but has 1 in a batch of shape [${shape}]`;

describeOnBackends('a batch normalization over one value a channel', () => {
  it('is an error in a Trainer that names the remedy, and changes nothing', async () => {
    const backbone = normalized();
    const trainer = trainerOf(backbone);
    await trainer.run(tinySource(2), {epochs: 1});
    const [before, tensors] = [valuesOf(backbone), tf.memory().numTensors];
    const [one, two] = [tinyBatch(1, 1), tinyBatch(2, 1)];
    await expect(trainer.run([one], {epochs: 2})).rejects.toThrow(`Trainer: ${message('last', '1, 4')}`);
    await expect(trainer.run([one], {epochs: 2})).rejects.toThrow("last: 'drop'");
    expect(valuesOf(backbone)).toEqual(before);
    await trainer.run([two], {epochs: 2});
    tf.dispose([one.images, one.labels, two.images, two.labels]);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('is an error in model.fit', async () => {
    const network = normalized();
    const head = layers.dense({units: 3, activation: 'softmax'});
    network.add(head);
    network.compile({optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy'});
    const {images, labels} = tinyBatch(5, 1);
    const ids = tf.cast(labels, 'float32');
    const learn = (batchSize: number) =>
      network.fit(images, ids, {batchSize, epochs: 1, shuffle: false, verbose: 0});
    await expect(learn(4)).rejects.toThrow(`batchNormLayer: ${message('last', '1, 4')}`);
    await learn(3);
  });
});

describe('a batch of one image', () => {
  beforeAll(() => useBackend('wasm'));

  it.each([
    ['of the library', () => batchNormLayer({name: 'last'})],
    ['of TensorFlow.js', () => layers.batchNormalization({name: 'last'})],
    ['over an axis that is not the last', () => layers.batchNormalization({name: 'last', axis: 1})],
  ])('is an error before a batch normalization %s', async (_, norm) => {
    await expect(trainerOf(normalized(norm())).run([tinyBatch(1, 1)], {steps: 1})).rejects.toThrow(
      message('last', '1, 4'),
    );
  });

  it('trains where every normalization sees more of a channel, is frozen, or there is none', async () => {
    await trainerOf(tinyNetwork({norm: true})).run([tinyBatch(1, 1)], {steps: 1});
    await trainerOf(tinyNetwork()).run([tinyBatch(1, 1)], {steps: 1});
    const backbone = normalized();
    const frozen = trainerOf(backbone, {freeze: ['last']});
    await frozen.run([tinyBatch(1, 1)], {steps: 1});
    expect((backbone.predict(tinyBatch(1, 1).images) as tf.Tensor).shape).toEqual([1, 4]);
  });

  it('is one in an accumulated step too, and in one of P identities with K images', async () => {
    const parts = [tinyBatch(3, 1), tinyBatch(1, 2)];
    await expect(trainerOf(normalized(), {accumulate: 2}).run(parts, {epochs: 1})).rejects.toThrow(
      message('last', '1, 4'),
    );
    const faces = arrayImages({
      images: new Uint8Array(6 * 36),
      shape: [6, 6, 6, 1],
      labels: [0, 0, 1, 1, 2, 2],
    });
    const batches = faces.batches({sample: {identities: 1, images: 1}});
    await expect(trainerOf(normalized()).run(batches, {epochs: 1})).rejects.toThrow(message('last', '1, 4'));
  });

  it('that ends a pass leaves a checkpoint, from which last: drop goes on', async () => {
    const faces = arrayImages({
      images: Uint8Array.from({length: 9 * 36}, (_, i) => (i * 37) % 251),
      shape: [9, 6, 6, 1],
      labels: [0, 0, 1, 1, 2, 2, 0, 1, 2],
    });
    const checkpoints = new MemoryStore();
    const kept = trainerOf(normalized());
    const options = {epochs: 2, checkpoints, validate: () => ({accuracy: 0.5})};
    await expect(kept.run(faces.batches({size: 4, last: 'keep'}), options)).rejects.toThrow("last: 'drop'");
    expect(checkpoints.states.map(({record}) => record.position)).toEqual([{step: 2, epoch: 0, batch: 2}]);
    for (const trainer of [kept, trainerOf(normalized())]) {
      if (trainer !== kept) await trainer.resume(checkpoints);
      const reports = [];
      for await (const report of trainer.fit(faces.batches({size: 4}), {...options, checkpoints: undefined}))
        reports.push(report);
      expect(
        reports.map(({step, epoch, endOfEpoch, metrics}) => ({step, epoch, endOfEpoch, metrics})),
      ).toEqual([
        {step: 2, epoch: 0, endOfEpoch: true, metrics: {loss: expect.any(Number), accuracy: 0.5}},
        {step: 3, epoch: 1, endOfEpoch: false, metrics: undefined},
        {step: 4, epoch: 1, endOfEpoch: true, metrics: {loss: expect.any(Number), accuracy: 0.5}},
      ]);
      expect(reports[0].loss).toBe(reports[0].metrics?.loss);
    }
  });
});

describe('a batch that does not fit', () => {
  beforeAll(() => useBackend('wasm'));

  const sized = (...shape: number[]): Batch => ({
    images: tf.zeros(shape as tf.Tensor4D['shape']),
    labels: tf.zeros([shape[0]], 'int32') as tf.Tensor1D,
  });

  it.each([
    [
      [2, 7, 6, 1],
      'Trainer: images must have shape [batch, 6, 6, 1], as the backbone takes them, but have [2, 7, 6, 1].',
    ],
    [
      [2, 6, 6, 3],
      'Trainer: images must have shape [batch, 6, 6, 1], as the backbone takes them, but have [2, 6, 6, 3].',
    ],
    [
      [6, 6, 1],
      'Trainer: images must have shape [batch, 6, 6, 1], as the backbone takes them, but have [6, 6, 1].',
    ],
    [[0, 6, 6, 1], 'Trainer: a batch must have 1 image or more, but has 0.'],
  ])('of shape %j is an error that says so, and leaves nothing behind', async (shape, expected) => {
    const trainer = trainerOf(tinyNetwork());
    await trainer.run(tinySource(1), {epochs: 1});
    const before = tf.memory().numTensors;
    const checkpoints = new MemoryStore();
    await expect(trainer.run(() => [sized(...shape)], {epochs: 2, checkpoints})).rejects.toThrow(expected);
    expect(tf.memory().numTensors).toBe(before);
    await trainer.run(tinySource(1), {epochs: 2});
  });

  it.each(['images', 'labels'] as const)(
    'because its %s are disposed of is an error that says so',
    async name => {
      const batch = sized(2, 6, 6, 1);
      batch[name].dispose();
      for (const source of [[batch], () => [batch]]) {
        await expect(trainerOf(tinyNetwork()).run(source, {epochs: 1})).rejects.toThrow(
          `Trainer: ${name} of a batch must not be disposed of yet, but are.`,
        );
      }
    },
  );

  it('may have any size where the network leaves it open', async () => {
    const network = sequential();
    network.add(layers.conv2d({inputShape: [null, null, 1], filters: 2, kernelSize: 3}));
    network.add(layers.globalAveragePooling2d({}));
    const trainer = trainerOf(network, {objective: softmax({classes: 2})});
    await trainer.run([sized(2, 7, 6, 1), sized(2, 9, 9, 1)], {epochs: 1});
    await expect(trainer.run([sized(2, 7, 6, 3)], {epochs: 2})).rejects.toThrow(
      'Trainer: images must have shape [batch, any, any, 1], as the backbone takes them, but have [2, 7, 6, 3].',
    );
  });
});

describe('a disposed trainer', () => {
  beforeAll(() => useBackend('wasm'));

  it('says so wherever it is asked for something, and may be disposed of twice', async () => {
    const trainer = trainerOf(tinyNetwork());
    const state = await trainer.state();
    const {position} = trainer;
    trainer.dispose();
    trainer.dispose();
    const said =
      'this trainer must not be disposed of yet, but is; make a new one with the same backbone and objective.';
    await expect(trainer.run(tinySource(1), {epochs: 1})).rejects.toThrow(`fit: ${said}`);
    await expect(trainer.state()).rejects.toThrow(`state: ${said}`);
    await expect(trainer.resume(new MemoryStore())).rejects.toThrow(`resume: ${said}`);
    expect(() => trainer.restore(state)).toThrow(`restore: ${said}`);
    expect(trainer.position).toEqual(position);
    await trainerOf(trainer.backbone).run(tinySource(1), {epochs: 1});
  });

  it('cannot be disposed of while it trains', async () => {
    const trainer = trainerOf(tinyNetwork());
    const dispose = () => trainer.dispose();
    await expect(trainer.run(tinySource(2), {epochs: 1, callbacks: {onReport: dispose}})).rejects.toThrow(
      'dispose: this trainer is training; dispose of it when fit has ended.',
    );
    trainer.dispose();
  });
});

describe('a batch that is refused before it is computed with', () => {
  beforeAll(async () => {
    tf.copyRegisteredKernels('cpu', 'other');
    tf.registerBackend('other', () => new MathBackendCPU());
    await tf.setBackend('other');
  });
  afterAll(async () => {
    await useBackend('wasm');
    tf.removeBackend('other');
  });

  /** A source that bypasses what the library's own ones check. */
  const then = (batch: () => Batch): BatchSource => ({
    batchesPerEpoch: 3,
    async *epoch() {
      yield tinyBatch(3, 1);
      yield tinyBatch(3, 2);
      yield batch();
    },
  });
  const batch = (change: Partial<Batch>): Batch => ({...tinyBatch(2, 1), ...change});
  const disposed = (tensor: tf.Tensor) => {
    tensor.dispose();
    return tensor;
  };

  it.each<[string, () => Batch]>([
    ['must have 2 or more values a channel', () => tinyBatch(1, 1)],
    ['images must have shape', () => batch({images: tf.zeros([2, 7, 6, 1])})],
    ['must have 1 image or more', () => batch({images: tf.zeros([0, 6, 6, 1])})],
    ['labels must be class ids', () => batch({labels: tf.zeros([3], 'int32') as tf.Tensor1D})],
    ['labels must be int32', () => batch({labels: tf.zeros([2]) as tf.Tensor1D})],
    ['images of a batch', () => batch({images: disposed(tf.zeros([2, 6, 6, 1])) as tf.Tensor4D})],
    ['labels of a batch', () => batch({labels: disposed(tf.zeros([2], 'int32')) as tf.Tensor1D})],
  ])('ends with a checkpoint on a backend that cannot tell of damage: %s', async (said, wrong) => {
    const checkpoints = new MemoryStore();
    const error: Error = await trainerOf(normalized())
      .run(then(wrong), {epochs: 1, checkpoints})
      .then(
        () => expect.fail('no error'),
        error => error,
      );
    expect(error.message).toContain(said);
    expect(error.message).not.toContain('No checkpoint');
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([2]);
  });
});
