import * as tf from '@tensorflow/tfjs-core';
import type {BatchSignature} from '../../data/batches/batchSource';
import type {MeansState} from '../loop/means';
import type {Updater} from '../optimizers/updater';
import type {NamedWeight} from './namedWeight';
import type {RowsRecord, SavedRows} from './savedRows';

/** How far a training has come. */
export interface TrainingPosition {
  /** Steps that were taken. */
  step: number;
  /** The pass that is under way, from 0. */
  epoch: number;
  /** How many of its batches have been used. */
  batch: number;
}

/** What a checkpoint says besides tensors: plain data. */
export interface TrainingRecord {
  /** Of this form of record, so that a later one can tell. */
  version: 1;
  /** How far the training has come. */
  position: TrainingPosition;
  /** Of all that is drawn at random. */
  seed: number;
  /** The name of the optimizer whose slots are among the tensors. */
  optimizer: string;
  /** The names of the objective's terms. */
  terms: string[];
  /** The trainer's settings, as far as they are plain data. Checkpoints of earlier versions lack them. */
  settings?: Record<string, unknown>;
  /** The batches of the last pass, as far as they are known. Not in checkpoints of earlier versions. */
  data?: BatchSignature;
  /** Sums of the figures since the last report, of the terms too, and since the epoch began. */
  means: Record<'report' | 'terms' | 'epoch', MeansState>;
  /** The figures of the last epoch that has ended: its mean loss, and what `validate` found. */
  metrics: Record<string, number>;
  /** What is known of the last step of a pass that has ended and is yet to be validated and reported. */
  unreported?: {
    /** The part of the step's last batch that the head got right; none where no head tells. */
    accuracy?: number;
    /** The learning rate of the step. */
    learningRate: number;
  };
  /** The rows of classes that are kept beside the checkpoint, of heads that are divided among processes or draw classes. */
  rows?: RowsRecord;
}

/** A tensor's shape and float32 values. */
export interface StateTensor {
  /** Its lengths along each axis. */
  shape: number[];
  /** Its values, row-major. */
  values: Float32Array;
}

/**
 * All that a training has to know to go on as if it had never stopped: plain data and arrays, for any storage.
 *
 * Tensors are named `backbone/conv_1/kernel`, `objective/arcFace/classWeights`, `optimizer/momentum/backbone/conv_1/kernel`,
 * `average/backbone/conv_1/kernel`.
 * Schedules of margins and λ are counts among the weights of heads; a learning rate follows from the step.
 */
export interface TrainingState {
  /** What is not a tensor. */
  record: TrainingRecord;
  /** Weights, running statistics, centers, counts and slots, by name. */
  tensors: Map<string, StateTensor>;
  /** What reads the rows of classes that are kept beside the checkpoint, if there are any. */
  rows?: SavedRows;
}

/** Whether a name of {@link TrainingState} belongs to an optimizer's memory. */
export const isSlot = (name: string): boolean => name.startsWith('optimizer/');

const averagePrefix = 'average/';

/** Whether it belongs to a moving average of a weight. */
export const isAverage = (name: string): boolean => name.startsWith(averagePrefix);

/** The name of the average of a weight. */
export const averageName = (weight: string): string => `${averagePrefix}${weight}`;

/** Whether it belongs to a count that schedules of margins and λ follow. */
export const isCount = (name: string): boolean => /^objective\/.+\/iteration$/.test(name);

/** Whether it is that of rows of classes, or of what an optimizer remembers of them. */
const isByClass = (name: string): boolean =>
  /^(optimizer\/[^/]+\/)?objective\/.+\/(classWeights|centers)$/.test(name);

/** Whether saved rows are the first of those that are needed. */
const isGrown = (saved: StateTensor, {shape: [rows, ...row]}: tf.Tensor): boolean =>
  saved.shape[0] < rows && row.length === 1 && tf.util.arraysEqual(saved.shape.slice(1), row);

/** What there is under names that are wanted. */
export const selected = <T>(all: Map<string, T>, isWanted: (name: string) => boolean): Map<string, T> =>
  new Map([...all].filter(([name]) => isWanted(name)));

/**
 * The variables of a training, by the names of {@link TrainingState}.
 *
 * @param valueFor What stands for a weight. Default: its variable.
 */
export function variablesOf(
  weights: NamedWeight[],
  updater: Updater,
  valueFor = (weight: NamedWeight['weight']): tf.Tensor => weight.read(),
): Map<string, tf.Tensor> {
  return new Map([
    ...weights.map(({name, weight}): [string, tf.Tensor] => [name, valueFor(weight)]),
    ...[...updater.state].map(([name, variable]): [string, tf.Tensor] => [`optimizer/${name}`, variable]),
  ]);
}

/** Copies values from the device. */
export async function readTensors(variables: Map<string, tf.Tensor>): Promise<Map<string, StateTensor>> {
  // Copies share the data and keep its present values while steps are taken.
  const copies = [...variables].map(([name, variable]) => [name, tf.clone(variable)] as const);
  try {
    const read = copies.map(async ([name, copy]): Promise<[string, StateTensor]> => {
      return [name, {shape: copy.shape, values: Float32Array.from(await copy.data())}];
    });
    return new Map(await Promise.all(read));
  } finally {
    tf.dispose(copies.map(([, copy]) => copy));
  }
}

/** The weights, running statistics among them, that have a value which is not finite. */
export function notFiniteWeights({tensors}: TrainingState): string[] {
  return [...tensors]
    .filter(([name, {values}]) => !isSlot(name) && !values.every(Number.isFinite))
    .map(([name]) => name);
}

const shapeOf = ({shape}: {shape: number[]}) => `[${shape.join(', ')}]`;

/**
 * Every difference between saved tensors and the variables they are for, a sentence each: names and shapes.
 *
 * @param needed What has to be there; what else is saved is a difference too.
 * @param growClasses Whether there may be more classes than are saved.
 */
export function tensorDifferences(
  saved: Map<string, StateTensor>,
  needed: Map<string, tf.Tensor>,
  growClasses = false,
): string[] {
  const missing = [...needed].flatMap(([name, variable]) => {
    const there = saved.get(name);
    if (there === undefined) return [`${name} ${shapeOf(variable)} is not in the checkpoint`];
    const mayDiffer = growClasses && isByClass(name) && isGrown(there, variable);
    return mayDiffer || tf.util.arraysEqual(there.shape, variable.shape)
      ? []
      : [`${name} is ${shapeOf(there)} in the checkpoint, but ${shapeOf(variable)} here`];
  });
  const surplus = [...saved].filter(([name]) => !needed.has(name));
  return [
    ...missing,
    ...surplus.map(([name, there]) => `${name} ${shapeOf(there)} is only in the checkpoint`),
  ];
}

/** Writes saved values into variables that {@link tensorDifferences} finds alike. Rows of classes that are not saved stay as they are. */
export function writeTensors(saved: Map<string, StateTensor>, variables: Map<string, tf.Tensor>): void {
  tf.tidy(() => {
    for (const [name, variable] of variables) {
      const {values, shape} = saved.get(name) as StateTensor;
      const known = tf.tensor(values, shape);
      const value = isGrown({values, shape}, variable)
        ? tf.concat([known, tf.slice(variable, [shape[0], 0])])
        : known;
      (variable as tf.Variable).assign(value);
    }
  });
}

/** Makes variables zero. */
export function clearTensors(variables: Map<string, tf.Tensor>): void {
  tf.tidy(() => {
    for (const variable of variables.values()) (variable as tf.Variable).assign(tf.zerosLike(variable));
  });
}
