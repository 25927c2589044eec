import * as tf from '@tensorflow/tfjs-core';
import {
  adamW,
  arcFace,
  centerLoss,
  compact,
  contrastiveLoss,
  type EmbeddingLoss,
  linearRamp,
  type StepReport,
  sgd,
  softmax,
  stepDecay,
  Trainer,
  type TrainerConfig,
  trainableVariables,
  tripletLoss,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {describeOnBackends} from '../support/backends';
import {collect, tinyBatch, tinyNetwork, tinySource, valuesOf} from '../support/tinyTraining';

const head = () => arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5});

const trainerOf = (config: Partial<TrainerConfig> = {}) =>
  new Trainer({
    backbone: tinyNetwork(),
    objective: head(),
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    ...config,
  });

const far = (a: Record<string, number[]>, b: Record<string, number[]>) =>
  Math.max(...Object.keys(a).flatMap(name => a[name].map((value, i) => Math.abs(value - b[name][i]))));

describeOnBackends('Trainer', () => {
  it('learns, and reports what it does', async () => {
    const trainer = trainerOf({learningRate: stepDecay({peak: 0.05, boundaries: [20]})});
    const reports = await collect(trainer.fit(tinySource(5), {epochs: 6}));
    expect(reports.map(({step}) => step)).toEqual(Array.from({length: 30}, (_, i) => i + 1));
    expect(reports[0]).toMatchObject({steps: 30, epoch: 0, endOfEpoch: false, learningRate: 0.05});
    expect(reports[29]).toMatchObject({epoch: 5, endOfEpoch: true, accuracy: 1, secondsLeft: 0});
    expect(reports[29].learningRate).toBeCloseTo(0.005, 8);
    expect(reports[29].loss).toBeLessThan(0.2 * reports[0].loss);
    expect(reports[29].terms).toEqual({arcFace: expect.closeTo(reports[29].loss, 6)});
    const losses = reports.slice(25).map(({loss}) => loss);
    expect(reports[29].metrics?.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 5, 6);
    expect(trainer.position).toEqual({step: 30, epoch: 6, batch: 0});
  });

  it('leaves nothing behind of itself, its network, its head and its centers', async () => {
    const before = tf.memory().numTensors;
    const batch = {images: tf.randomUniform([3, 8, 8, 1]), labels: tf.tensor1d([0, 1, 2], 'int32')};
    const backbone = compact({inputShape: [8, 8, 1], seed: 1});
    const objective = [head(), centerLoss({classes: 3})];
    const trainer = new Trainer({backbone, objective, optimizer: sgd({momentum: 0.9}), learningRate: 0.05});
    await trainer.run([batch], {epochs: 2});
    for (const made of [trainer, ...objective, backbone, batch.images, batch.labels]) made.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('takes the steps that a loop written by hand takes', async () => {
    const [byHand, byTrainer] = [tinyNetwork(), tinyNetwork()];
    const [handHead, trainerHead] = [head(), head()];
    handHead.build([null, 4]);
    const stock = tf.train.momentum(0.05, 0.9);
    for (const place of [0, 1, 2, 3]) {
      const {images, labels} = tinyBatch(6, place);
      const loss = () =>
        tf.mean(handHead.loss(byHand.apply(images, {training: true}) as tf.Tensor2D, labels)) as tf.Scalar;
      stock.minimize(loss, false, trainableVariables(byHand, handHead));
    }
    const trainer = trainerOf({backbone: byTrainer, objective: trainerHead});
    await trainer.run(tinySource(4), {epochs: 1});
    expect(far(valuesOf(byHand), valuesOf(byTrainer))).toBeLessThan(1e-5);
  });

  it('takes k batches of b for one of k·b, centers and schedules too', async () => {
    const train = async (accumulate: number, size: number) => {
      const backbone = tinyNetwork();
      const centers = centerLoss({classes: 3});
      const ramp = arcFace({classes: 3, scale: 8, margin: linearRamp({to: 0.3, steps: 5}), seed: 5});
      const trainer = trainerOf({backbone, objective: [ramp, [0.1, centers]], accumulate, clipNorm: 1});
      const whole = Array.from({length: 4}, (_, i) => tinyBatch(12, i));
      const batches = whole.flatMap(({images, labels}) =>
        Array.from({length: 12 / size}, (_, part) => ({
          images: tf.slice(images, part * size, size),
          labels: tf.slice(labels, part * size, size),
        })),
      );
      const reports = await collect(trainer.fit(batches, {epochs: 1}));
      return {reports, values: {...valuesOf(backbone), centers: [...centers.centers.dataSync()]}};
    };
    const [one, parts] = [await train(1, 12), await train(4, 3)];
    expect(parts.reports).toHaveLength(4);
    for (const [i, {loss, gradientNorm}] of one.reports.entries()) {
      expect(parts.reports[i].loss).toBeCloseTo(loss, 5);
      expect(parts.reports[i].gradientNorm).toBeCloseTo(gradientNorm, 5);
    }
    expect(far(one.values, parts.values)).toBeLessThan(2e-6);
  });

  it('weighs batches of a step by their size, and takes what is left at the end of a pass', async () => {
    const train = async (sizes: number[], accumulate: number) => {
      const backbone = tinyNetwork();
      const {images, labels} = tinyBatch(12, 1);
      let from = 0;
      const batches = sizes.map(size => {
        from += size;
        return {images: tf.slice(images, from - size, size), labels: tf.slice(labels, from - size, size)};
      });
      const trainer = trainerOf({backbone, accumulate});
      await trainer.run(batches, {epochs: 1});
      expect(trainer.position).toEqual({step: 1, epoch: 1, batch: 0});
      return valuesOf(backbone);
    };
    expect(far(await train([12], 1), await train([2, 7, 3], 5))).toBeLessThan(2e-6);
  });

  it('leaves nothing behind: not at the end, not after a break, not after an error', async () => {
    const trainer = trainerOf({objective: [head(), [0.1, centerLoss({classes: 3})], [0.1, tripletLoss()]]});
    const before = tf.memory().numTensors;
    await trainer.run(tinySource(3), {epochs: 2});
    expect(tf.memory().numTensors).toBe(before);
    for await (const {step} of trainer.fit(tinySource(3), {epochs: 4})) if (step === 8) break;
    expect(tf.memory().numTensors).toBe(before);
    const wrong = {
      batchesPerEpoch: 2,
      async *epoch() {
        const {images, labels} = tinyBatch(6, 1);
        yield {images, labels: tf.tidy(() => tf.cast(tf.slice(labels, 0, 5), 'int32'))};
        labels.dispose();
        yield tinyBatch(6, 2);
      },
    };
    await expect(trainer.run(wrong, {epochs: 9})).rejects.toThrow('labels');
    expect(tf.memory().numTensors).toBe(before);
    trainer.dispose();
    expect(tf.memory().numTensors).toBeLessThan(before);
  });
});

describe('Trainer', () => {
  beforeAll(() => useBackend('wasm'));

  it('adds terms by their weights, a loss alone too', async () => {
    const objective = [
      softmax({classes: 3, seed: 1}),
      [0.05, contrastiveLoss()],
      [2, contrastiveLoss(), {name: 'far'}],
    ];
    const trainer = trainerOf({objective: objective as TrainerConfig['objective']});
    const report = await trainer.run(tinySource(1), {epochs: 1});
    const {softmax: main, contrastiveLoss: near, far} = report?.terms ?? {};
    expect(near).toBeCloseTo(far, 6);
    expect(report?.loss).toBeCloseTo(main + 0.05 * near + 2 * far, 5);
    const alone = await trainerOf({objective: tripletLoss()}).run(tinySource(2), {epochs: 1});
    expect(alone).toMatchObject({terms: {tripletLoss: alone?.loss}, accuracy: undefined});
  });

  it('gives weights of a term a learning rate of their own', async () => {
    const moved = async (learningRate: number) => {
      const own = head();
      const trainer = trainerOf({objective: [[1, own, {learningRate}]], optimizer: sgd()});
      const before = own.classWeights.dataSync().slice();
      await trainer.run(tinySource(1), {epochs: 1});
      return Math.hypot(...own.classWeights.dataSync().map((value, i) => value - before[i]));
    };
    const once = await moved(1);
    expect(once).toBeGreaterThan(0);
    expect((await moved(10)) / once).toBeCloseTo(10, 3);
    expect(await moved(0)).toBe(0);
  });

  it('moves centers by the learning rate of their term', async () => {
    const moved = async (learningRate: number) => {
      const centers = centerLoss({classes: 3, alpha: 0.4});
      const trainer = trainerOf({objective: [head(), [0.1, centers, {learningRate}]]});
      await trainer.run(tinySource(1), {epochs: 1});
      return Math.hypot(...centers.centers.dataSync());
    };
    const once = await moved(1);
    expect(once).toBeGreaterThan(0);
    expect((await moved(0.01)) / once).toBeCloseTo(0.01, 6);
    expect((await moved(2.5)) / once).toBeCloseTo(2.5, 5);
    expect(await moved(0)).toBe(0);
    await expect(moved(2.6)).rejects.toThrow(
      "Trainer: objective[1]'s learningRate must be at most 2.5, the largest multiple of its own rate (α of centers) that centerLoss takes, but is 2.6.",
    );
  });

  it('tells a loss of the user the learning rate of its term', async () => {
    const rates: unknown[] = [];
    const own: EmbeddingLoss = {
      loss: embeddings => tf.sum(tf.square(embeddings), 1),
      afterStep: (embeddings, labels, options) => void rates.push(embeddings.shape, labels.size, options),
    };
    await trainerOf({objective: [[0.1, own, {learningRate: 3}]]}).run(tinySource(1), {epochs: 1});
    expect(rates).toEqual([[6, 4], 6, {learningRate: 3}]);
  });

  it('shortens long gradients, of all weights or of the backbone', async () => {
    const change = async (config: Partial<TrainerConfig>, batches = 1) => {
      const [backbone, own] = [tinyNetwork(), head()];
      const trainer = trainerOf({backbone, objective: own, optimizer: sgd(), learningRate: 1, ...config});
      const [first, firstHead] = [valuesOf(backbone), own.classWeights.dataSync().slice()];
      const report = await trainer.run(tinySource(batches), {epochs: 1});
      const last = valuesOf(backbone);
      const network = Math.hypot(
        ...Object.keys(first).flatMap(name => first[name].map((v, i) => v - last[name][i])),
      );
      const classes = Math.hypot(...own.classWeights.dataSync().map((v, i) => v - firstHead[i]));
      return {network, classes, norm: report?.gradientNorm ?? 0};
    };
    const free = await change({});
    expect(Math.hypot(free.network, free.classes) / free.norm).toBeCloseTo(1, 4);
    const both = await change({clipNorm: 0.01});
    expect(Math.hypot(both.network, both.classes)).toBeCloseTo(0.01, 5);
    expect(both.norm).toBeCloseTo(free.norm, 4);
    const one = await change({clipNorm: 0.01, clip: 'backbone'});
    expect(one.network).toBeCloseTo(0.01, 5);
    expect(one.classes / free.classes).toBeCloseTo(1, 4);
    const ofTwo = await change({clipNorm: 0.01, clip: 'backbone', accumulate: 2}, 2);
    expect(ofTwo.network).toBeCloseTo(0.01, 5);
    expect((await change({clipNorm: 1e6})).network).toBeCloseTo(free.network, 6);
  });

  it('leaves frozen layers as they are, with their running statistics, and says which names there are', async () => {
    const backbone = tinyNetwork({norm: true});
    const before = valuesOf(backbone);
    await trainerOf({backbone, freeze: ['conv', /^nor/]}).run(tinySource(3), {epochs: 1});
    const after = valuesOf(backbone);
    const changed = Object.keys(before).filter(name => before[name].some((v, i) => v !== after[name][i]));
    expect(changed.map(name => name.split('/')[0])).toEqual(['embed', 'embed']);
    expect(() => trainerOf({freeze: ['convolution']})).toThrow(
      'freeze must name layers, of which conv, embed have weights, but names convolution',
    );
    // A text is a whole name: a part of one is for patterns.
    expect(() => trainerOf({freeze: ['con']})).toThrow(
      'freeze must name layers, of which conv, embed have weights, but names con.',
    );
  });

  it('trains the head of a backbone that is all frozen', async () => {
    const backbone = tinyNetwork({norm: true});
    const before = valuesOf(backbone);
    const reports = await collect(
      trainerOf({backbone, freeze: [/./], learningRate: 0.02}).fit(tinySource(8), {epochs: 3}),
    );
    expect(valuesOf(backbone)).toEqual(before);
    expect(reports[23].loss).toBeLessThan(0.8 * reports[0].loss);
    expect(() => trainerOf({freeze: [/./], objective: tripletLoss()})).toThrow(
      'freeze must leave something to train, but every layer is frozen',
    );
  });

  it('draws dropout masks anew at each step, the same for one seed', async () => {
    const losses = async (seed: number) => {
      const trainer = trainerOf({backbone: tinyNetwork({drop: true}), learningRate: 0, seed});
      const same = () => Array.from({length: 4}, () => tinyBatch(6, 1));
      return (await collect(trainer.fit(same, {epochs: 1}))).map(({loss}) => loss);
    };
    const first = await losses(1);
    expect(new Set(first).size).toBe(4);
    expect(await losses(1)).toEqual(first);
    expect(await losses(2)).not.toEqual(first);
  });

  it('stops at a number of steps and goes on where it stopped', async () => {
    const [whole, parts] = [tinyNetwork(), tinyNetwork()];
    await trainerOf({backbone: whole, optimizer: adamW()}).run(tinySource(3), {epochs: 3});
    const trainer = trainerOf({backbone: parts, optimizer: adamW()});
    for (const steps of [2, 3, 7]) await trainer.run(tinySource(3), {steps});
    expect(trainer.position).toEqual({step: 7, epoch: 2, batch: 1});
    await trainer.run(tinySource(3), {epochs: 3});
    expect(valuesOf(parts)).toEqual(valuesOf(whole));
    expect(await trainer.run(tinySource(3), {epochs: 3})).toBeUndefined();
  });

  it('reports every so many steps, with means over them, and at the end of a pass', async () => {
    const each = await collect(trainerOf().fit(tinySource(5), {epochs: 1}));
    const some = await collect(trainerOf().fit(tinySource(5), {epochs: 1, reportEvery: 3}));
    expect(some.map(({step}) => step)).toEqual([3, 5]);
    expect(some[0].loss).toBeCloseTo((each[0].loss + each[1].loss + each[2].loss) / 3, 6);
    expect(some[1].gradientNorm).toBeCloseTo((each[3].gradientNorm + each[4].gradientNorm) / 2, 6);
  });

  it('calls back, validates at the end of each pass, and lets events have their turn', async () => {
    const [seen, timers]: [string[], number[]] = [[], []];
    const timer = setInterval(() => timers.push(1), 1);
    const report = await trainerOf().run(tinySource(40), {
      epochs: 2,
      validate: () => ({accuracy: 0.5}),
      callbacks: {
        onReport: ({step}) => void (step % 40 === 0 && seen.push(`step ${step}`)),
        onEpochEnd: ({epoch, metrics}) => void seen.push(`epoch ${epoch} ${metrics?.accuracy}`),
      },
    });
    clearInterval(timer);
    expect(seen).toEqual(['step 40', 'epoch 0 0.5', 'step 80', 'epoch 1 0.5']);
    expect(report?.metrics).toEqual({loss: expect.any(Number), accuracy: 0.5});
    expect(timers.length).toBeGreaterThan(0);
  });

  it('validates every so many passes, resumed ones counted, and after the last', async () => {
    const trainer = trainerOf();
    const measured: number[] = [];
    const options = {validate: () => ({accuracy: 0.5}), validateEvery: 2};
    const callbacks = {
      onEpochEnd: ({epoch, metrics = {}}: StepReport) => void ('accuracy' in metrics && measured.push(epoch)),
    };
    await trainer.run(tinySource(2), {...options, callbacks, steps: 6});
    expect(measured).toEqual([1]);
    await trainer.run(tinySource(2), {...options, callbacks, epochs: 7});
    expect(measured).toEqual([1, 3, 5, 6]);
  });

  it('says what it needs in place of what it was given, or was not', () => {
    const wrong = (config: object) => () => trainerOf(config as Partial<TrainerConfig>);
    expect(wrong({optimizer: tf.train.sgd(0.1)})).toThrow(
      'Trainer: optimizer must be one of this library, such as sgd({momentum: 0.9}), adamW() or adagrad(), but is of class SGDOptimizer',
    );
    expect(wrong({optimizer: undefined})).toThrow('adagrad(), but is undefined.');
    expect(wrong({optimizer: sgd})).toThrow('adagrad(), but is a function.');
    expect(wrong({optimizer: 'sgd'})).toThrow("adagrad(), but is 'sgd'.");
    for (const learningRate of [undefined, null, '0.1', [0.1]]) {
      expect(wrong({learningRate})).toThrow(
        'Trainer: learningRate must be a number, a schedule such as cosineDecay({peak: 0.1, steps: 20_000}) or a function of the step, but is',
      );
    }
    const model = 'Trainer: backbone must be a layers model, from images to embeddings, but is ';
    expect(wrong({backbone: undefined})).toThrow(`${model}undefined.`);
    expect(wrong({backbone: Promise.resolve(tinyNetwork())})).toThrow(`${model}of class Promise.`);
    expect(wrong({objective: undefined})).toThrow(
      'objective[0] must be a head, a loss or [weight, loss], but is',
    );
    expect(() => new Trainer(undefined as unknown as TrainerConfig)).toThrow(
      'Trainer: options must be an object such as {backbone: …}, but is undefined.',
    );
  });

  it('says what is wrong with an option', async () => {
    expect(() => trainerOf({objective: []})).toThrow('objective must have at least one head or loss');
    expect(() => trainerOf({objective: [[1, 'arcFace']] as never})).toThrow(
      'objective[0] must be a head, a loss',
    );
    expect(() => trainerOf({accumulate: 0})).toThrow(
      'accumulate must be a whole number of 1 or more, but is 0',
    );
    expect(() => trainerOf({clipNorm: -1})).toThrow('clipNorm must be a finite number above 0, but is -1');
    expect(() => trainerOf({learningRate: -0.1})).toThrow(
      'learningRate must be a finite number of 0 or more',
    );
    await expect(trainerOf().run(tinySource(1))).rejects.toThrow('epochs or steps must say how long');
    const trainer = trainerOf();
    const running = trainer.fit(tinySource(2), {epochs: 1});
    await running.next();
    await expect(trainer.run(tinySource(2), {epochs: 1})).rejects.toThrow('is training already');
    await running.return();
  });
});
