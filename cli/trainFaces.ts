import type {LayersModel} from '@tensorflow/tfjs-layers';
import {
  cosineDecay,
  distillationLoss,
  type Objective,
  type StepReport,
  type StoredEmbeddings,
  sgd,
  Trainer,
} from 'face-margins';
import type {BatchSource, FaceImages, Normalization} from 'face-margins/data';
import {type Collective, shardBatches, sharded} from 'face-margins/distributed';
import {type CheckpointFolder, interruptSignal, jsonLinesLog, tensorBoardLog} from 'face-margins/node';
import type {FacesOptions} from './facesOptions';
import {makeHead} from './heads';
import {recipes} from './recipes';
import {filesOf} from './runFolder';
import {startFrom} from './startingWeights';

/**
 * Makes the trainer of a run, from random weights or those it is to start from.
 *
 * @param collective The processes that train together.
 * @param teacher What a teacher makes of the images, to learn from beside the labels; nothing without one.
 */
export async function trainerFor(
  network: LayersModel,
  faces: FaceImages,
  options: FacesOptions,
  collective: Collective,
  teacher?: StoredEmbeddings,
): Promise<Trainer> {
  const {seed, epochs, learningRate: peak, weights, freeze, clip, recipe} = options;
  const steps = epochs * batchesOf(faces, options, collective).batchesPerEpoch;
  const trainer = new Trainer({
    backbone: network,
    objective: objectiveOf(faces, options, collective, teacher),
    ...(recipe === undefined
      ? {
          optimizer: sgd({momentum: 0.9, weightDecay: 5e-4, decay: 'all'}),
          learningRate: cosineDecay({peak, warmupSteps: Math.min(100, Math.floor(steps / 10)), steps}),
        }
      : {optimizer: recipes[recipe].optimizer(), learningRate: peak}),
    clipNorm: 5,
    clip,
    freeze: freeze.flatMap(name => layersOf(name, network)),
    seed,
    collective,
  });
  if (weights !== undefined) {
    const say = collective.rank === 0 ? console.log : () => undefined;
    await startFrom(weights, network, trainer, say);
  }
  return trainer;
}

/** The head, whose identities the processes divide where there are as many, and the distance to the teacher where there is one. */
function objectiveOf(
  faces: FaceImages,
  options: FacesOptions,
  collective: Collective,
  teacher?: StoredEmbeddings,
): Objective {
  const {head: name, recipe, scale, margin, interClassFilter, seed, distill} = options;
  const classes = faces.classes.length;
  const madeHead = () => {
    const head = makeHead(name, {classes, scale, margin, interClassFilter, seed});
    return classes >= collective.size ? sharded(head, {collective}) : head;
  };
  const head = recipe === undefined ? madeHead() : recipes[recipe].loss(options);
  return teacher === undefined ? head : [head, [distill, distillationLoss({teacher, seed})]];
}

/** Where a training is kept, and how it is watched. */
export interface Watching {
  checkpoints: CheckpointFolder;
  /** Which pixels the network takes. */
  normalize: Normalization;
  /** The processes that train together, of which the first one writes the log. */
  collective: Collective;
  onReport?(report: StepReport): void;
  /** Figures of the network after a pass, for the log and to tell the best checkpoint by. */
  validate?(): Promise<Record<string, number>>;
}

/**
 * Trains to the end, or until Ctrl-C, with a log and checkpoints in the folder of the run.
 *
 * @returns Whether it came to the end.
 */
export async function trainFaces(
  trainer: Trainer,
  faces: FaceImages,
  options: FacesOptions,
  {checkpoints, normalize, collective, onReport, validate}: Watching,
): Promise<boolean> {
  const {out, epochs, validateEvery, checkpointEvery, resume} = options;
  if (resume) await trainer.resume(checkpoints);
  const after = trainer.position.step;
  const isFirst = collective.rank === 0;
  const log = isFirst ? await jsonLinesLog(filesOf(out).log, {after}) : undefined;
  const isOnBoard = isFirst && options.tensorboard;
  const board = isOnBoard
    ? tensorBoardLog(filesOf(out).tensorboard, {after, hyperparameters: hyperparametersOf(options)})
    : undefined;
  // Launchers hand it on without ending the processes soon after, as they do for others.
  const {signal, release} = interruptSignal({also: collective.size > 1 ? ['SIGUSR1'] : []});
  try {
    const reports = trainer.fit(batchesOf(faces, options, collective, normalize), {
      epochs,
      checkpoints,
      checkpointEvery,
      signal,
      validate,
      validateEvery,
    });
    for await (const report of reports) {
      log?.write(report);
      board?.write(report);
      onReport?.(report);
    }
  } finally {
    release();
    log?.close();
    board?.close();
  }
  return trainer.position.epoch >= epochs;
}

/** What TensorBoard compares runs by: the options, without those that say where files lie or how to begin. */
function hyperparametersOf({out, resume, overwrite, tensorboard, ...options}: FacesOptions) {
  const entries = Object.entries(options).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function batchesOf(
  faces: FaceImages,
  options: FacesOptions,
  collective: Collective,
  normalize?: Normalization,
): BatchSource {
  const {batch, seed, evenGroups, recipe} = options;
  const drawn =
    recipe === undefined ? {size: Math.min(batch, faces.length)} : {sample: recipes[recipe].sample(options)};
  const batches = faces.batches({...drawn, seed, evenGroups, augment: true, normalize});
  return shardBatches(batches, collective);
}

/** What `--freeze` means by a name: every layer, batch normalizations, those whose names begin so, or the one of that name. */
function layersOf(name: string, {layers}: LayersModel): (string | RegExp)[] {
  if (name === 'all') return [/./];
  if (name === 'batch-norm') {
    const norms = layers.filter(layer => /BatchNorm/.test(layer.getClassName())).map(layer => layer.name);
    if (norms.length === 0)
      throw new Error('--freeze: batch-norm is given, but the network has no batch normalization.');
    return norms;
  }
  if (!name.endsWith('*')) return [name];
  const beginning = new RegExp(`^${name.slice(0, -1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
  return [beginning];
}
