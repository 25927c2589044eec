import {
  arcFace,
  centerLoss,
  circleLoss,
  cosineDecay,
  crossBatchMemory,
  type EmbeddingLoss,
  liftedStructureLoss,
  multiSimilarityLoss,
  ntXentLoss,
  sgd,
  supConLoss,
  Trainer,
  type TrainerConfig,
  type TrainingState,
  tripletLoss,
  useBackend,
} from 'face-margins';
import {arrayImages, type BatchSource, type FaceBatchesOptions} from 'face-margins/data';
import {decodeCheckpoint, encodeCheckpoint} from 'face-margins/formats';
import {beforeAll, describe, expect, it} from 'vitest';
import {collect, tinyBatch, tinyNetwork, tinySource} from '../../support/tinyTraining';

const objective = (margin = 0.2): TrainerConfig['objective'] => [
  arcFace({classes: 3, scale: 8, margin, seed: 1}),
  [0.1, centerLoss({classes: 3})],
  [0.2, tripletLoss()],
];

/** A trainer, and what it warns of. */
function watched(config: Partial<TrainerConfig> = {}) {
  const warnings: string[] = [];
  const trainer = new Trainer({
    backbone: tinyNetwork(),
    objective: objective(),
    optimizer: sgd({momentum: 0.9, weightDecay: 5e-4}),
    learningRate: 0.05,
    onWarning: message => warnings.push(message),
    ...config,
  });
  return {trainer, warnings};
}

/** A checkpoint of a training, as it is read from a file. */
async function stateAfter(steps: number, source: Parameters<Trainer['fit']>[0]): Promise<TrainingState> {
  const {trainer} = watched();
  await trainer.run(source, {steps});
  return decodeCheckpoint(await encodeCheckpoint(await trainer.state()));
}

/** Twelve images of noise of three people. */
const faces = (labels = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]) =>
  arrayImages({
    images: Uint8Array.from({length: labels.length * 36}, (_, i) => (i * 73) % 251),
    shape: [labels.length, 6, 6, 1],
    labels,
  });

const batches = (options: FaceBatchesOptions, labels?: number[]) => faces(labels).batches(options);

beforeAll(() => useBackend('wasm'));

describe('going on with other settings', () => {
  it.each<[EmbeddingLoss, EmbeddingLoss, string]>([
    [circleLoss(), circleLoss({gradient: 'detached'}), 'gradient was "exact" and is "detached" now'],
    [multiSimilarityLoss(), multiSimilarityLoss({mining: false}), 'mining was 0.1 and is false now'],
    [supConLoss(), supConLoss({temperature: 0.5}), 'temperature was 0.1 and is 0.5 now'],
    [ntXentLoss(), ntXentLoss({temperature: 0.5}), 'temperature was 0.07 and is 0.5 now'],
    [liftedStructureLoss(), liftedStructureLoss({margin: 2}), 'margin was 1 and is 2 now'],
    [
      crossBatchMemory({loss: circleLoss(), size: 0}),
      crossBatchMemory({loss: circleLoss({scale: 256}), size: 0}),
      'loss.scale was 80 and is 256 now',
    ],
  ])('names what has changed of a pair loss', async (before, now, change) => {
    const {trainer, warnings} = watched({objective: now});
    trainer.restore(await watched({objective: before}).trainer.state());
    expect(warnings).toEqual([
      expect.stringMatching(/^restore: training continues with other settings: objective\.\w+\.[^;]+$/),
    ]);
    expect(warnings[0]).toContain(`.${change}.`);
  });

  it('names each that has changed, and goes on', async () => {
    const state = await stateAfter(2, tinySource(4));
    const {trainer, warnings} = watched({
      objective: [
        [2, arcFace({classes: 3, scale: 8, margin: 0.5, seed: 7})],
        [0.1, centerLoss({classes: 3, alpha: 0.1}), {learningRate: 0.5}],
        [0.2, tripletLoss({margin: 0.4, seed: 3})],
      ],
      optimizer: sgd({momentum: 0.8, weightDecay: 0, decay: 'all'}),
      learningRate: cosineDecay({peak: 0.1, steps: 9}),
      clipNorm: 5,
      accumulate: 2,
    });
    trainer.restore(state);
    expect(warnings).toHaveLength(1);
    expect(warnings[0].replace('restore: training continues with other settings: ', '').split('; ')).toEqual([
      'optimizer.momentum was 0.9 and is 0.8 now',
      'optimizer.weightDecay was 0.0005 and is 0 now',
      'optimizer.decay was "kernels" and is "all" now',
      'learningRate was 0.05 and is {"kind":"cosine","peak":0.1,"steps":9,"warmupSteps":0,"floor":0} now',
      'accumulate was 1 and is 2 now',
      'objective.arcFace.weight was 1 and is 2 now',
      'objective.arcFace.margin was 0.2 and is 0.5 now',
      'objective.centerLoss.learningRate was 1 and is 0.5 now',
      'objective.centerLoss.alpha was 0.5 and is 0.1 now',
      'objective.tripletLoss.margin was 0.2 and is 0.4 now',
      'clipNorm was not set and is 5 now',
      'clip was not set and is "all" now.',
    ]);
    await trainer.run(tinySource(4), {epochs: 1});
  });

  it('says nothing where all is as it was, in another process too, and where weights alone are taken', async () => {
    const state = await stateAfter(2, tinySource(4));
    const {trainer, warnings} = watched();
    trainer.restore(state);
    await trainer.run(tinySource(4), {epochs: 1});
    const other = watched({objective: objective(0.4), onWarning: message => warnings.push(message)});
    other.trainer.restore(state, {weightsOnly: true});
    expect(warnings).toEqual([]);
  });

  it('says nothing of a checkpoint of an earlier version, which does not tell', async () => {
    const state = await stateAfter(2, tinySource(4));
    const {settings, data, ...record} = state.record;
    expect([settings, data]).not.toContain(undefined);
    const {trainer, warnings} = watched({objective: objective(0.4)});
    trainer.restore(await decodeCheckpoint(await encodeCheckpoint({...state, record})));
    await trainer.run(tinySource(8), {epochs: 1});
    expect(warnings).toEqual([]);
  });
});

describe('going on within a pass', () => {
  /** The images of all steps to the end of the pass. */
  async function seenAfter(source: BatchSource, state: TrainingState, restartPass = false) {
    const {trainer, warnings} = watched();
    trainer.restore(state, {restartPass});
    const reports = await collect(trainer.fit(source, {epochs: 1}));
    return {steps: reports.length, warnings};
  }

  it('with batches of another size takes up the same image', async () => {
    const state = await stateAfter(2, batches({size: 3}));
    expect(state.record.position.batch).toBe(2);
    const asked: number[] = [];
    const source = batches({size: 2});
    const watching: BatchSource = {
      ...source,
      epoch: (pass, from = 0) => {
        asked.push(from);
        return source.epoch(pass, from);
      },
    };
    expect(await seenAfter(watching, state)).toEqual({
      steps: 3,
      warnings: [
        'fit: training continues with other batches: size was 3 and is 2 now. Batch 2 of epoch 0 is batch 3 now.',
      ],
    });
    expect(asked).toEqual([3]);
    const {warnings, steps} = await seenAfter(batches({size: 4}), state);
    expect(steps).toBe(2);
    expect(warnings[0]).toContain('Batch 2 of epoch 0 is batch 1 now, and 2 images of it are seen again.');
  });

  it.each([
    ['another seed', {size: 3, seed: 2}, undefined, 'order.seed was 1 and is 2 now'],
    ['no shuffling', {size: 3, shuffle: false}, undefined, 'order.shuffle was true and is false now'],
    ['other people', {size: 3}, [0, 1, 2, 0, 1, 2, 0, 1, 2, 2, 1, 0], /order\.labels was \d+ and is \d+ now/],
    ['more images', {size: 3}, [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0], 'order.images was 12 and is 13 now'],
    [
      'sampling by person',
      {sample: {identities: 3, images: 1}},
      undefined,
      'order.sample was not set and is {',
    ],
  ])('with %s is refused, and may begin the pass anew', async (_, options, labels, difference) => {
    const state = await stateAfter(2, batches({size: 3}));
    const {trainer} = watched();
    trainer.restore(state);
    const before = trainer.position;
    const refused = trainer.run(batches(options, labels), {epochs: 1});
    await expect(refused).rejects.toThrow(difference);
    await expect(refused).rejects.toThrow(
      /^fit: source must give the batches on which training stopped, within epoch 0 after batch 2, but .* restore with \{restartPass: true\}/,
    );
    expect(trainer.position).toEqual(before);
    const {steps, warnings} = await seenAfter(batches(options, labels), state, true);
    expect(steps).toBe(4);
    expect(warnings[0]).toMatch(/^fit: training continues with other batches: /);
  });

  it('counts the steps of a pass that begins anew alone for its mean loss', async () => {
    const {trainer} = watched();
    trainer.restore(await stateAfter(2, batches({size: 3})), {restartPass: true});
    const reports = await collect(trainer.fit(batches({size: 3}), {epochs: 1}));
    const mean = reports.reduce((sum, {loss}) => sum + loss, 0) / 4;
    expect(reports[3].metrics?.loss).toBeCloseTo(mean, 6);
  });

  it('may have another augmentation, and says so', async () => {
    const state = await stateAfter(2, batches({size: 3}));
    const {steps, warnings} = await seenAfter(batches({size: 3, augment: true}), state);
    expect(steps).toBe(2);
    expect(warnings[0]).toMatch(/^fit: training continues with other batches: images\.augment/);
  });

  it('between two passes takes any data, and says what is other', async () => {
    const state = await stateAfter(4, batches({size: 3}));
    const {trainer, warnings} = watched();
    trainer.restore(state);
    await trainer.run(batches({size: 2, seed: 5}), {epochs: 2});
    expect(warnings).toEqual([
      'fit: training continues with other batches: size was 3 and is 2 now; order.seed was 1 and is 5 now.',
    ]);
    expect(trainer.position).toEqual({step: 10, epoch: 2, batch: 0});
  });

  it('knows an array by its images', async () => {
    const array = (sizes: number[]) => sizes.map((size, i) => tinyBatch(size, i));
    const state = await stateAfter(2, array([6, 6, 6]));
    const {trainer, warnings} = watched();
    trainer.restore(state);
    await trainer.run(array([3, 3, 3, 3, 3, 3]), {epochs: 1});
    expect(trainer.position).toEqual({step: 4, epoch: 1, batch: 0});
    expect(warnings[0]).toContain('Batch 2 of epoch 0 is batch 4 now.');
    const other = watched().trainer;
    other.restore(state);
    await expect(other.run(array([6, 6, 5]), {epochs: 1})).rejects.toThrow(
      'order.images was 18 and is 17 now',
    );
  });

  it('knows a source that tells nothing by the size of its batches', async () => {
    const state = await stateAfter(2, tinySource(4, 6));
    expect(state.record.data).toEqual({size: 6});
    const {trainer} = watched();
    trainer.restore(state);
    await expect(trainer.run(tinySource(4, 3), {epochs: 1})).rejects.toThrow(
      'fit: source must give the batches on which training stopped, within epoch 0 after batch 2, but gives others: size was 6 and is 3 now.',
    );
    trainer.restore(state, {restartPass: true});
    expect(trainer.position).toEqual({step: 2, epoch: 0, batch: 0});
    // A last batch that is smaller is none of another size.
    const last = watched();
    last.trainer.restore({...state, record: {...state.record, position: {step: 3, epoch: 0, batch: 3}}});
    await last.trainer.run(tinySource(4, 5), {epochs: 1});
    expect(last.warnings).toEqual([]);
  });
});

it('a damaged record of the data is one of a damaged file', async () => {
  const state = await stateAfter(1, tinySource(4));
  state.record.data = {size: 0};
  await expect(decodeCheckpoint(await encodeCheckpoint(state))).rejects.toThrow(
    'is damaged: its record says of batches no size.',
  );
});
