import * as tf from '@tensorflow/tfjs-core';
import {
  adaCos,
  adamW,
  arcFace,
  curricularFace,
  linearRamp,
  type MarginHead,
  type Optimizer,
  sgd,
  softmax,
  sphereFace2,
  subCenterArcFace,
  Trainer,
  type TrainingState,
} from 'face-margins';
import {type Collective, openCollective, sharded} from 'face-margins/distributed';
import {checkpointFolder} from 'face-margins/node';
import {describe, expect, it} from 'vitest';
import {describeOnBackends} from '../support/backends';
import {temporaryFolder} from '../support/temporaryFolder';
import {collect, MemoryStore, tinyNetwork, tinySource, valuesOf} from '../support/tinyTraining';

const alone: Collective = await openCollective();
const sampledHead = <H extends MarginHead>(head: H, sample: number | ReturnType<typeof linearRamp> = 0.3) =>
  sharded(head, {collective: alone, sample});

const idsOf = (head: MarginHead) => Int32Array.from({length: head.classes}, (_, i) => i);
const built = <H extends MarginHead>(head: H, dimension: number): H => {
  tf.dispose(head.loss(tf.ones([1, dimension]), tf.zeros([1], 'int32'), {training: false}));
  return head;
};
const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

/** The loss of a head, and its gradients to embeddings and class weights. */
function outcomeOf(head: MarginHead, weights: tf.Variable, x: tf.Tensor2D, labels: tf.Tensor1D) {
  const variable = tf.variable(x);
  const {value, grads} = tf.variableGrads(
    () => tf.sum(head.loss(variable, labels, {training: false})) as tf.Scalar,
    [variable, weights],
  );
  const read = (tensor: tf.Tensor): number[] => [...tensor.dataSync()];
  const outcome = {loss: read(value), dx: read(grads[variable.name]), dw: read(grads[weights.name])};
  tf.dispose([value, grads, variable]);
  return outcome;
}

const trainerOf = (head: MarginHead, optimizer: Optimizer = sgd({momentum: 0.9, weightDecay: 0.01})) =>
  new Trainer({
    backbone: tinyNetwork({norm: true}),
    objective: head,
    optimizer,
    learningRate: 0.1,
    clipNorm: 0.5,
  });

describeOnBackends('a head that draws classes', () => {
  // AdamW divides gradients by their size, which magnifies what rounding leaves of small ones.
  it.each([
    ['sgd', sgd({momentum: 0.9, weightDecay: 0.01}), 1e-6],
    ['adamW', adamW({weightDecay: 0.1}), 1e-5],
  ])('at a rate of 1 trains as one that does not, with %s', async (_, optimizer, tolerance) => {
    const make = () => arcFace({classes: 5, scale: 8, margin: 0.2, learnScale: true, seed: 3});
    const [dense, drawn] = [built(make(), 4), built(sampledHead(make(), 1), 4)];
    drawn.rows.write('weights', idsOf(drawn), dense.classWeights.dataSync() as Float32Array);
    const [expected, found] = [trainerOf(dense, optimizer), trainerOf(drawn, optimizer)];
    const [whole, reports] = [
      await collect(expected.fit(tinySource(3), {epochs: 2})),
      await collect(found.fit(tinySource(3), {epochs: 2})),
    ];
    for (const [i, {loss}] of reports.entries())
      expect(Math.abs(loss - whole[i].loss)).toBeLessThan(tolerance);
    expect(reports).toHaveLength(whole.length);
    expect(reports.map(({accuracy}) => accuracy)).toEqual(whole.map(({accuracy}) => accuracy));
    expect(largest(drawn.rows.read('weights', idsOf(drawn)), dense.classWeights.dataSync())).toBeLessThan(
      tolerance,
    );
  });

  const heads: Record<string, (classes: number) => MarginHead> = {
    arcFace: classes => arcFace({classes, scale: 8}),
    softmax: classes => softmax({classes}),
    sphereFace2: classes => sphereFace2({classes, scale: 8}),
    curricularFace: classes => curricularFace({classes, scale: 8}),
    subCenterArcFace: classes => subCenterArcFace({classes, scale: 8, subCenters: 3}),
    'arcFace with a filter': classes => arcFace({classes, scale: 8, interClassFilter: 0.3}),
  };
  it.each(Object.keys(heads))('of %s has loss and gradients of the head of the drawn classes alone', name => {
    const [classes, dimension] = [40, 6];
    const head = built(sampledHead(heads[name](classes)), dimension);
    const x = tf.randomNormal([5, dimension], 0, 2, 'float32', 5) as tf.Tensor2D;
    const labels = [39, 0, 17, 17, 20];
    const own = tf.tensor1d(labels, 'int32');
    const variable = head.drawClasses(own, 'a step');
    const drawn = [...head.drawnClasses];
    const found = outcomeOf(head, variable, x, own);
    expect(drawn).toEqual(expect.arrayContaining([0, 17, 20, 39]));
    expect(Math.abs(drawn.length - 12)).toBeLessThanOrEqual(4);

    const places = tf.tensor1d(
      labels.map(label => drawn.indexOf(label)),
      'int32',
    );
    const reference = built(heads[name](drawn.length), dimension);
    const weights = reference.classWeights as unknown as tf.Variable;
    weights.assign(tf.clone(variable));
    if (name === 'sphereFace2') reference.setWeights([tf.clone(variable), ...head.getWeights()]);
    const expected = outcomeOf(reference, weights, x, places);
    for (const of of ['loss', 'dx', 'dw'] as const) {
      const size = Math.max(...expected[of].map(Math.abs));
      expect(largest(found[of], expected[of]) / size, of).toBeLessThan(1e-6);
    }
    head.releaseClasses();
  });

  it('leaves rows that are not drawn as they are, to the bit', async () => {
    const head = built(sampledHead(arcFace({classes: 60, scale: 8, seed: 2}), 0.1), 4);
    const before = head.rows.read('weights', idsOf(head));
    const drawn = new Set<number>();
    const draw = head.drawClasses.bind(head);
    head.drawClasses = (labels, key) => {
      const variable = draw(labels, key);
      for (const id of head.drawnClasses) drawn.add(id);
      return variable;
    };
    await trainerOf(head).run(tinySource(2), {epochs: 1});
    const after = head.rows.read('weights', idsOf(head));
    const changed = [...idsOf(head)].filter(
      id => largest(after.subarray(4 * id, 4 * id + 4), before.subarray(4 * id, 4 * id + 4)) > 0,
    );
    expect(drawn.size).toBeLessThan(30);
    expect(new Set(changed)).toEqual(drawn);
  });

  it('leaves no tensor behind', async () => {
    const head = built(sampledHead(arcFace({classes: 20, scale: 8})), 4);
    const trainer = trainerOf(head);
    await trainer.run(tinySource(2), {epochs: 1});
    const before = tf.memory().numTensors;
    await trainer.run(tinySource(2), {epochs: 2});
    tf.tidy(() => void head.loss(tf.ones([1, 4]), tf.zeros([1], 'int32')));
    expect(tf.memory().numTensors).toBe(before);
  });

  const folder = temporaryFolder();
  it('goes on from a checkpoint as if it had never stopped, to the bit', async () => {
    const make = () =>
      trainerOf(sampledHead(adaCos({classes: 50, seed: 2}), linearRamp({from: 0.1, to: 0.5, steps: 6})));
    const expected = await collect(make().fit(tinySource(3), {epochs: 2}));
    const checkpoints = checkpointFolder(folder.path, {keep: 1});
    const reports = [];
    for (const steps of [2, 3, 6]) {
      const trainer = make();
      expect(await trainer.resume(checkpoints)).toBe(steps > 2);
      reports.push(...(await collect(trainer.fit(tinySource(3), {steps, checkpoints}))));
    }
    expect(reports.map(({loss}) => loss)).toEqual(expected.map(({loss}) => loss));
    const {rows, ...torn} = (await checkpoints.load()) as TrainingState;
    const load = async () => torn;
    await expect(make().resume({load, save: async () => {}})).rejects.toThrow(
      'objective/adaCos/classWeights is in files beside the checkpoint, which only the folder',
    );
  });

  it('takes over the weights of a head that does not draw', async () => {
    const dense = trainerOf(arcFace({classes: 5, scale: 8, seed: 3}));
    const store = new MemoryStore();
    await dense.run(tinySource(2), {epochs: 1, checkpoints: store});
    const head = sampledHead(arcFace({classes: 5, scale: 8}), 1);
    const trainer = trainerOf(head);
    expect(await trainer.resume(store)).toBe(true);
    const [expected, found] = [
      await dense.run(tinySource(2), {epochs: 2}),
      await trainer.run(tinySource(2), {epochs: 2}),
    ];
    expect(found?.loss).toBeCloseTo(expected?.loss as number, 6);
    const [a, b] = [dense, trainer].map(({backbone}) => Object.values(valuesOf(backbone)).flat());
    expect(largest(a, b)).toBeLessThan(1e-6);
  });
});

describe('a head that draws classes refuses', () => {
  it('rates, initializers, steps of several batches and stores that do not fit', async () => {
    expect(() => sampledHead(arcFace({classes: 5}), 0)).toThrow(
      'sharded: sample must be a finite number above 0',
    );
    expect(() => sampledHead(arcFace({classes: 5}), 1.5)).toThrow(
      'sharded: sample must be a number from 0 to 1',
    );
    expect(() => sampledHead(arcFace({classes: 5, weightsInitializer: tf.ones as never}))).toThrow(
      'sharded: head must have no weightsInitializer where sample is given',
    );
    const options = {backbone: tinyNetwork(), optimizer: sgd(), learningRate: 0.1};
    expect(
      () => new Trainer({...options, objective: sampledHead(arcFace({classes: 5})), accumulate: 2}),
    ).toThrow(
      'Trainer: accumulate must be 1 where a head draws classes in each step, as arcFace does, but is 2.',
    );
    const trainer = new Trainer({...options, objective: sampledHead(arcFace({classes: 5}))});
    await expect(trainer.state()).rejects.toThrow('objective/arcFace/classWeights is in the host');
    await expect(trainer.run(tinySource(1), {epochs: 1, checkpoints: new MemoryStore()})).rejects.toThrow(
      'fit: checkpoints must be a store that keeps rows of classes, such as checkpointFolder',
    );
  });

  it('to give weights that are not drawn', () => {
    const head = built(sampledHead(arcFace({classes: 5})), 3);
    expect(() => head.classWeights).toThrow('arcFace: classes must be drawn first, but are not');
    expect(() => built(arcFace({classes: 5}), 3).rows).toThrow(
      'arcFace: draws no classes; see the option sample',
    );
  });
});
