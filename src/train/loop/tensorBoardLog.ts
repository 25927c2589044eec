import {closeSync, mkdirSync, openSync, readdirSync, writeSync} from 'node:fs';
import {hostname} from 'node:os';
import {join} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {described} from '../../base/described';
import {
  type Hyperparameters,
  type TensorBoardContent,
  tensorBoardEvent,
} from '../../formats/tensorBoardEvent';
import {tfRecord} from '../../formats/tfRecord';

/** A log that TensorBoard shows. */
export interface TensorBoardLog {
  /**
   * Adds the figures of a step. They are in the file when this returns.
   *
   * @throws If the record has no step, or the log is closed.
   */
  write(record: {step: number}): void;
  /** Closes the file; nothing can be written after it. */
  close(): void;
}

/** Options of {@link tensorBoardLog}. */
export interface TensorBoardLogOptions {
  /**
   * The step after which the training continues: `trainer.position.step`. TensorBoard then hides later steps of earlier files, which a
   * killed process may have logged. Default: all steps stay.
   */
  after?: number;
  /** Settings of the run, for TensorBoard's page HPARAMS, which compares runs by them. Default: none. */
  hyperparameters?: Hyperparameters;
}

/** What a report says of the time to come, which is no figure of its step. */
const leftOut = ['step', 'steps', 'secondsLeft'];

function checkStep(name: string, step: number): void {
  if (Number.isSafeInteger(step) && step >= 0) return;
  throw new Error(`tensorBoardLog: ${name} must be a whole number of 0 or more, but is ${described(step)}.`);
}

/** The numbers in a record by their tags, `terms/arcFace`. */
function scalarsOf(record: object, prefix = ''): [tag: string, value: number][] {
  return Object.entries(record).flatMap(([name, value]): [string, number][] => {
    const tag = prefix + name;
    if (typeof value === 'number') return leftOut.includes(tag) ? [] : [[tag, value]];
    return typeof value === 'object' && value !== null ? scalarsOf(value, `${tag}/`) : [];
  });
}

/** A name behind those of all files in the folder, since TensorBoard reads them in the order of their names. */
function nextName(folder: string, seconds: number): string {
  const earlier = readdirSync(folder).map(name =>
    Number(/^events\.out\.tfevents\.(\d+)\./.exec(name)?.[1] ?? 0),
  );
  const begun = Math.max(Math.floor(seconds), ...earlier.map(time => time + 1));
  return `events.out.tfevents.${String(begun).padStart(10, '0')}.${hostname()}.${process.pid}`;
}

/**
 * Logs a training for [TensorBoard](https://www.tensorflow.org/tensorboard): `tensorboard --logdir out` shows every folder below `out` as a
 * run. Without TensorFlow: the library writes the event files itself.
 *
 * Every number of a report is a scalar: `loss`, `accuracy`, `terms/arcFace`, `metrics/…`. Each process writes a file of its own, made with
 * the first record: a second training in the same folder, which `fit` refuses, leaves none. Scalars are float32.
 *
 * @param folder The folder of the run; it is made where it is missing. It may hold the event files of earlier processes.
 * @param options What of those counts, and the settings of the run.
 * @throws If `after` is no whole number of 0 or more.
 *
 * @example
 * ```js
 * import {tensorBoardLog} from 'face-margins/node';
 *
 * const board = tensorBoardLog('out/arcface', {after: trainer.position.step, hyperparameters: {head: 'arcFace', margin: 0.5}});
 * await trainer.run(batches, {epochs: 20, callbacks: {onReport: board.write}});
 * board.close();
 * ```
 */
export function tensorBoardLog(folder: string, options: TensorBoardLogOptions = {}): TensorBoardLog {
  const {after, hyperparameters} = checkOptions('tensorBoardLog', options, {
    after: true,
    hyperparameters: true,
  });
  if (after !== undefined) checkStep('after', after);
  let handle: number | undefined;
  let isClosed = false;
  const add = (content: TensorBoardContent, step: number) => {
    const seconds = Date.now() / 1000;
    writeSync(handle as number, tfRecord(tensorBoardEvent(content, {seconds, step})));
  };
  const begin = () => {
    mkdirSync(folder, {recursive: true});
    handle = openSync(join(folder, nextName(folder, Date.now() / 1000)), 'wx');
    add({kind: 'version'}, 0);
    if (after !== undefined) add({kind: 'start'}, after + 1);
    if (hyperparameters) add({kind: 'hyperparameters', values: hyperparameters}, 0);
  };
  return {
    write: record => {
      if (isClosed) throw new Error('tensorBoardLog: write must come before close, but comes after it.');
      checkStep('step', record.step);
      if (handle === undefined) begin();
      add({kind: 'scalars', values: Object.fromEntries(scalarsOf(record))}, record.step);
    },
    close: () => {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
      isClosed = true;
    },
  };
}
