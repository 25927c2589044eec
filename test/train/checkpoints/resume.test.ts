import * as tf from '@tensorflow/tfjs-core';
import {
  adagrad,
  adamW,
  arcFace,
  CheckpointMismatchError,
  centerLoss,
  contrastiveLoss,
  cosineDecay,
  featureIncay,
  linearRamp,
  type StepReport,
  sgd,
  softmax,
  Trainer,
  type TrainerConfig,
  type TrainingState,
  tripletLoss,
  useBackend,
} from 'face-margins';
import type {BatchSource} from 'face-margins/data';
import {decodeCheckpoint, encodeCheckpoint} from 'face-margins/formats';
import {beforeAll, describe, expect, it} from 'vitest';
import {describeOnBackends} from '../../support/backends';
import {collect, MemoryStore, tinyNetwork, tinySource, valuesOf} from '../../support/tinyTraining';

/** A training with everything that has a state: running statistics, dropout, a schedule in the head, centers, draws of triplets. */
const trainerOf = ({seed = 1, ...config}: Partial<TrainerConfig> = {}, network = {}) =>
  new Trainer({
    backbone: tinyNetwork({norm: true, drop: true, seed, ...network}),
    objective: [
      arcFace({classes: 3, scale: 8, margin: linearRamp({to: 0.3, steps: 10}), learnScale: true, seed}),
      [0.1, centerLoss({classes: 3})],
      [0.2, tripletLoss({mining: 'distance-weighted'})],
    ],
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
    learningRate: cosineDecay({peak: 0.05, warmupSteps: 3, steps: 12}),
    clipNorm: 1,
    seed,
    ...config,
  });

describeOnBackends('resuming', () => {
  it.each([
    ['sgd', sgd({momentum: 0.9, nesterov: true}), 1],
    ['adamW', adamW({weightDecay: 0.1}), 1],
    ['adagrad', adagrad(), 2],
  ])('with %s gives the losses of never having stopped, to the bit', async (_, optimizer, accumulate) => {
    const options = {epochs: 3, reportEvery: 2};
    const source = tinySource(4 * accumulate);
    const whole = trainerOf({optimizer, accumulate});
    const expected = await collect(whole.fit(source, options));

    let trainer = trainerOf({optimizer, accumulate});
    const reports = [];
    for (const steps of [1, 4, 5, 11, 12]) {
      const bytes = await encodeCheckpoint(await trainer.state());
      trainer.dispose();
      trainer = trainerOf({optimizer, accumulate}, {seed: 50 + steps});
      trainer.restore(await decodeCheckpoint(bytes));
      for await (const report of trainer.fit(source, {...options, steps})) reports.push(report);
    }
    const told = (all: typeof expected) =>
      all
        .filter(({step}) => step % 2 === 0)
        .map(({step, epoch, loss, terms, accuracy, learningRate, gradientNorm}) => {
          return {step, epoch, loss, terms, accuracy, learningRate, gradientNorm};
        });
    // The run that stops reports its last step too, and begins a new mean after it.
    const stopped = [1, 5, 11];
    expect(told(reports).filter(({step}) => !stopped.includes(step - 1))).toEqual(
      told(expected).filter(({step}) => !stopped.includes(step - 1)),
    );
    expect(Object.values(valuesOf(trainer.backbone))).toEqual(Object.values(valuesOf(whole.backbone)));
    expect(trainer.position).toEqual({step: 12, epoch: 3, batch: 0});
  });
});

describe('a state', () => {
  beforeAll(() => useBackend('wasm'));

  it('holds weights, running statistics, centers, schedules and the optimizer', async () => {
    const trainer = trainerOf();
    await trainer.run(tinySource(2), {steps: 3});
    const before = tf.memory().numTensors;
    const {record, tensors} = await trainer.state();
    expect(tf.memory().numTensors).toBe(before);
    expect(record).toMatchObject({position: {step: 3, epoch: 1, batch: 1}, optimizer: 'sgd', seed: 1});
    expect(record.terms).toEqual(['arcFace', 'centerLoss', 'tripletLoss']);
    const names = [...tensors.keys()];
    expect(names.filter(name => !name.startsWith('optimizer/'))).toEqual([
      'backbone/conv/kernel',
      'backbone/conv/bias',
      'backbone/norm/gamma',
      'backbone/norm/beta',
      'backbone/norm/moving_mean',
      'backbone/norm/moving_variance',
      'backbone/embed/kernel',
      'backbone/embed/bias',
      'objective/arcFace/classWeights',
      'objective/arcFace/scale',
      'objective/arcFace/iteration',
      'objective/centerLoss/centers',
    ]);
    expect(names).toContain('optimizer/momentum/backbone/conv/kernel');
    expect(tensors.get('objective/arcFace/iteration')?.values).toEqual(new Float32Array([3]));
    expect(tensors.get('backbone/norm/moving_mean')?.values.some(value => value !== 0)).toBe(true);
  });

  it('has the same names whatever layers were made before', async () => {
    const names = async () => [...(await trainerOf().state()).tensors.keys()];
    expect(await names()).toEqual(await names());
  });

  it('of another training is refused with every difference, and changes nothing', async () => {
    const trainer = trainerOf();
    await trainer.run(tinySource(2), {steps: 1});
    const state = await trainer.state();
    const other = trainerOf(
      {objective: [arcFace({classes: 3}), [0.1, centerLoss({classes: 4})]]},
      {size: 5, norm: false},
    );
    const before = valuesOf(other.backbone);
    let error: unknown;
    try {
      other.restore(state);
    } catch (caught) {
      error = caught;
    }
    expect(error).toBeInstanceOf(CheckpointMismatchError);
    const {differences, message} = error as CheckpointMismatchError;
    expect(differences).toContain('backbone/embed/kernel is [64, 4] in the checkpoint, but [64, 5] here');
    expect(differences).toContain('backbone/norm/moving_mean [4] is only in the checkpoint');
    expect(differences).toContain(
      'objective/centerLoss/centers is [3, 4] in the checkpoint, but [4, 5] here',
    );
    expect(differences).toContain('objective/arcFace/scale [] is only in the checkpoint');
    expect(message).toContain(`${differences.length} differences`);
    expect(valuesOf(other.backbone)).toEqual(before);
    expect(other.position.step).toBe(0);
    expect(() => trainerOf({optimizer: adamW()}).restore(state)).toThrow(
      'the optimizer is sgd in the checkpoint, but adamW here',
    );
  });

  it('of another objective or optimizer is refused with these differences beside those of tensors', async () => {
    const trainer = trainerOf();
    await trainer.run(tinySource(2), {steps: 1});
    const state = await trainer.state();
    const differences = (config: Partial<TrainerConfig>, network = {}) => {
      try {
        trainerOf(config, network).restore(state);
      } catch (error) {
        return (error as CheckpointMismatchError).differences;
      }
      throw new Error('It was restored.');
    };
    const objective = (): TrainerConfig['objective'] => [
      arcFace({classes: 3, scale: 8, margin: linearRamp({to: 0.3, steps: 10}), learnScale: true}),
      [0.1, centerLoss({classes: 3})],
    ];
    expect(differences({objective: objective()})).toEqual([
      'the objective is [arcFace, centerLoss, tripletLoss] in the checkpoint, but [arcFace, centerLoss] here',
    ]);
    expect(differences({objective: objective(), optimizer: adamW(), seed: 2}, {size: 5})).toEqual([
      'the optimizer is sgd in the checkpoint, but adamW here',
      'the seed is 1 in the checkpoint, but 2 here',
      'the objective is [arcFace, centerLoss, tripletLoss] in the checkpoint, but [arcFace, centerLoss] here',
      'backbone/embed/kernel is [64, 4] in the checkpoint, but [64, 5] here',
      'backbone/embed/bias is [4] in the checkpoint, but [5] here',
      'objective/arcFace/classWeights is [3, 4] in the checkpoint, but [3, 5] here',
      'objective/centerLoss/centers is [3, 4] in the checkpoint, but [3, 5] here',
    ]);
  });

  it('knows a term by the same name in minified code', async () => {
    const objective = [tripletLoss(), contrastiveLoss(), featureIncay({head: softmax({classes: 3})})];
    for (const loss of objective) Object.defineProperty(loss.constructor, 'name', {value: 't'});
    const {record} = await trainerOf({objective}).state();
    expect(record.terms).toEqual(['tripletLoss', 'contrastiveLoss', 'featureIncay']);
  });

  it('taken while a step is under way is that before the step', async () => {
    const taken: TrainingState[] = [];
    const trainer = trainerOf({accumulate: 2});
    const slow: BatchSource = {
      batchesPerEpoch: 4,
      async *epoch(index, from) {
        for await (const batch of tinySource(4).epoch(index, from)) {
          await new Promise(resolve => setTimeout(resolve));
          taken.push(await trainer.state());
          yield batch;
        }
      },
    };
    const checkpoints = new MemoryStore();
    await checkpoints.save(await trainer.state());
    await trainer.run(slow, {epochs: 2, checkpoints, checkpointEvery: 1});
    expect(taken.map(({record}) => record.position.step)).toEqual([0, 0, 0, 1, 2, 2, 2, 3]);
    for (const {record, tensors} of taken) {
      const saved = checkpoints.states[record.position.step];
      expect(record).toEqual(saved.record);
      expect(Object.fromEntries(tensors)).toEqual(Object.fromEntries(saved.tensors));
    }
  });

  it('is not taken over in the midst of a training', async () => {
    const trainer = trainerOf();
    const begun = await trainer.state();
    await expect(
      trainer.run(tinySource(2), {epochs: 1, callbacks: {onReport: () => trainer.restore(begun)}}),
    ).rejects.toThrow('restore: this trainer is training; take a state over when fit has ended.');
    trainer.restore(begun);
    expect(trainer.position.step).toBe(0);
  });

  it('gives its weights alone for a training with other means', async () => {
    const trainer = trainerOf();
    await trainer.run(tinySource(2), {steps: 2});
    const tuned = trainerOf({optimizer: adamW(), freeze: ['conv', 'norm']}, {seed: 9});
    tuned.restore(await trainer.state(), {weightsOnly: true});
    expect(Object.values(valuesOf(tuned.backbone))).toEqual(Object.values(valuesOf(trainer.backbone)));
    expect(tuned.position).toEqual({step: 0, epoch: 0, batch: 0});
    await tuned.run(tinySource(2), {steps: 1});
  });

  it('begins the training anew where its weights alone are taken: counts of schedules and the optimizer too', async () => {
    const trained = trainerOf();
    await trained.run(tinySource(2), {steps: 5});
    const state = await trained.state();
    const afterward = async (trainer: Trainer) => {
      const before = tf.memory().numTensors;
      trainer.restore(state, {weightsOnly: true});
      expect(tf.memory().numTensors).toBe(before);
      expect(trainer.position).toEqual({step: 0, epoch: 0, batch: 0});
      const {tensors, record} = await trainer.state();
      expect(tensors.get('objective/arcFace/iteration')?.values).toEqual(new Float32Array(1));
      expect(tensors.get('objective/centerLoss/centers')).toEqual(
        state.tensors.get('objective/centerLoss/centers'),
      );
      expect(record.metrics).toEqual({});
      const reports = await collect(trainer.fit(tinySource(2), {steps: 3}));
      return reports.map(({step, loss, terms}) => ({step, loss, terms}));
    };
    expect(await afterward(trained)).toEqual(await afterward(trainerOf({}, {seed: 9})));
    // A head whose margin follows no schedule has no count, and none is asked for.
    const objective: TrainerConfig['objective'] = [
      arcFace({classes: 3, scale: 8, margin: 0.3, learnScale: true}),
      [0.1, centerLoss({classes: 3})],
    ];
    const unscheduled = trainerOf({objective});
    unscheduled.restore(state, {weightsOnly: true});
    trainerOf().restore(await unscheduled.state(), {weightsOnly: true});
  });

  it('gives its network alone to another objective, running statistics included', async () => {
    const trainer = trainerOf({objective: softmax({classes: 3, seed: 1})});
    await trainer.run(tinySource(2), {steps: 3});
    const state = await trainer.state();
    const head = arcFace({classes: 7, scale: 8, margin: linearRamp({to: 0.3, steps: 10}), seed: 4});
    const other = trainerOf({objective: head, optimizer: adamW(), seed: 3}, {seed: 9});
    const classWeights = head.classWeights.dataSync().slice();
    other.restore(state, {weightsOnly: 'backbone'});
    expect(Object.values(valuesOf(other.backbone))).toEqual(Object.values(valuesOf(trainer.backbone)));
    expect(head.classWeights.dataSync()).toEqual(classWeights);
    await other.run(tinySource(2), {steps: 1});
    expect(head.iteration).toBe(1);

    const wider = trainerOf({}, {size: 5});
    const before = valuesOf(wider.backbone);
    expect(() => wider.restore(state, {weightsOnly: 'backbone'})).toThrow(
      'with 2 differences: backbone/embed/kernel is [64, 4] in the checkpoint, but [64, 5] here',
    );
    expect(valuesOf(wider.backbone)).toEqual(before);
    expect(() => other.restore(state, {weightsOnly: 'network' as 'backbone'})).toThrow(
      "restore: weightsOnly must be true, false or 'backbone', but is network.",
    );
  });
});

describe('fit', () => {
  beforeAll(() => useBackend('wasm'));

  it('writes a checkpoint every so many steps, at the end of each pass, and where it ends', async () => {
    const written = async (options: object) => {
      const checkpoints = new MemoryStore();
      await trainerOf().run(tinySource(5), {checkpoints, ...options});
      return checkpoints.states.map(({record}) => record.position.step);
    };
    expect(await written({epochs: 2})).toEqual([5, 10]);
    expect(await written({epochs: 2, checkpointEvery: 2})).toEqual([2, 4, 5, 6, 8, 10]);
    expect(await written({steps: 7})).toEqual([5, 7]);
  });

  it('writes one when its taker breaks off, when it is told to stop, and when the data fails', async () => {
    const checkpoints = new MemoryStore();
    for await (const {step} of trainerOf().fit(tinySource(9), {epochs: 1, checkpoints}))
      if (step === 3) break;
    const controller = new AbortController();
    const callbacks = {onReport: ({step}: {step: number}) => void (step === 4 && controller.abort())};
    await trainerOf().run(tinySource(9), {epochs: 1, checkpoints, callbacks, signal: controller.signal});
    const failing = {
      batchesPerEpoch: 9,
      async *epoch(index: number, from?: number) {
        let left = 5;
        for await (const batch of tinySource(9).epoch(index, from)) {
          if (left-- === 0) {
            tf.dispose([batch.images, batch.labels]);
            throw new Error('cannot read the next image');
          }
          yield batch;
        }
      },
    };
    const trainer = trainerOf();
    await expect(trainer.run(failing, {epochs: 1, checkpoints})).rejects.toThrow(
      'cannot read the next image',
    );
    // Whether the next batch can be had is known before a step is taken, as its last of a pass it may be.
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([3, 4, 4]);
  });

  it('resumes from the newest, where there is one', async () => {
    const checkpoints = new MemoryStore();
    const fresh = trainerOf();
    expect(await fresh.resume(checkpoints)).toBe(false);
    await fresh.run(tinySource(3), {epochs: 1, checkpoints});
    const trainer = trainerOf();
    expect(await trainer.resume(checkpoints)).toBe(true);
    expect(trainer.position).toEqual({step: 3, epoch: 1, batch: 0});
  });

  it('keeps a pass whose validation throws, and validates it first when it goes on', async () => {
    const told = (reports: StepReport[]) =>
      reports.map(({step, epoch, endOfEpoch, loss, terms, accuracy, learningRate, metrics}) => {
        return {step, epoch, endOfEpoch, loss, terms, accuracy, learningRate, metrics};
      });
    const validate = () => ({validated: 0.5});
    const expected = await collect(trainerOf().fit(tinySource(3), {epochs: 3, reportEvery: 2, validate}));

    const [checkpoints, stopped] = [new MemoryStore(), trainerOf()];
    let passes = 0;
    let within: TrainingState | undefined;
    const failing = async () => {
      if (++passes === 1) return {validated: 0.5};
      within = await stopped.state();
      throw new Error('cannot read the pairs');
    };
    const options = {epochs: 3, reportEvery: 2, checkpoints};
    const reports: StepReport[] = [];
    const run = async () => {
      for await (const report of stopped.fit(tinySource(3), {...options, validate: failing}))
        reports.push(report);
    };
    await expect(run()).rejects.toThrow('cannot read the pairs');
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([3, 6]);
    expect(checkpoints.states[1].record.metrics).toEqual({loss: expected[3].metrics?.loss});
    expect(within).toEqual(checkpoints.states[1]);

    const resumed = trainerOf({}, {seed: 9});
    const bytes = await encodeCheckpoint(checkpoints.states[1]);
    resumed.restore(await decodeCheckpoint(bytes));
    const further = await collect(resumed.fit(tinySource(3), {...options, validate}));
    expect(told([...reports, ...further])).toEqual(told(expected));
    const ends = checkpoints.states.map(({record}) => [record.position.step, record.metrics.validated]);
    expect(ends).toEqual([
      [3, 0.5],
      [6, undefined],
      [6, 0.5],
      [9, 0.5],
    ]);
    // The trainer that was stopped goes on alike, also where there is nothing left but to validate.
    expect(told(await collect(stopped.fit(tinySource(3), {...options, epochs: 2, validate})))).toEqual(
      told(expected.slice(3, 4)),
    );
    expect(await stopped.run(tinySource(3), {...options, epochs: 2, validate})).toBeUndefined();
  });
});
