import type * as tf from '@tensorflow/tfjs-core';
import {WEIGHTS} from '../losses/classRows/classRows';
import type {MarginHead} from '../losses/heads/marginHead';
import {CheckpointMismatchError} from './checkpoints/checkpointMismatchError';
import type {RowsRecord, RowsToSave} from './checkpoints/savedRows';
import type {StateTensor, TrainingState} from './checkpoints/trainingState';
import type {SampledTerm} from './optimizers/updater';

/** The heads of a training whose rows of classes checkpoints keep apart. */
export interface DividedHeads {
  /** Those of which each rank has a share on the backend, by the name of the weight. */
  shares: ReadonlyMap<string, MarginHead>;
  /** Those with rows in the host's memory. */
  sampled: readonly SampledTerm[];
}

/** `optimizer/momentum/objective/arcFace/classWeights` → `objective/arcFace/classWeights`; a weight's own name stays. */
const weightOf = (name: string) => name.replace(/^optimizer\/[^/]+\//, '');

/** What checkpoints call a part of the rows in the host's memory. */
const partName = (name: string, part: string) => (part === WEIGHTS ? name : `optimizer/${part}/${name}`);

const partOf = (name: string) => name.match(/^optimizer\/([^/]+)\//)?.[1] ?? WEIGHTS;

/** The tensors of a state without those of divided heads, and these as rows. */
export function takeApart(
  tensors: Map<string, StateTensor>,
  {shares, sampled}: DividedHeads,
): {whole: Map<string, StateTensor>; rows: RowsToSave[]} {
  const whole = new Map<string, StateTensor>();
  const rows: RowsToSave[] = [];
  for (const [name, tensor] of tensors) {
    const head = shares.get(weightOf(name));
    if (head === undefined) {
      whole.set(name, tensor);
      continue;
    }
    const {first, count} = head.classRange;
    const width = tensor.values.length / count;
    const read = (from: number, to: number) => tensor.values.subarray(from * width, to * width);
    rows.push({name, classes: head.classes, first, count, width, read});
  }
  return {whole, rows: [...rows, ...sampled.flatMap(rowsOfSampled)]};
}

function rowsOfSampled({head, name}: SampledTerm): RowsToSave[] {
  const {rows, classes, classRange} = head;
  const {width, made: ids} = rows;
  return rows.names.map(part => ({
    ...{name: partName(name, part), classes, width, ids, ...classRange},
    read: (from, to) => rows.read(part, ids.subarray(from, to)),
  }));
}

/** What a checkpoint says of rows. */
export const rowsRecord = (name: string, ranks: number, rows: RowsToSave[]): RowsRecord => ({
  name,
  ranks,
  tensors: Object.fromEntries(
    rows.map(({name, classes, width, ids}) => [name, {classes, width, sampled: ids !== undefined}]),
  ),
});

/**
 * The state as this process takes it over: of divided heads, its own classes.
 *
 * @param needed The tensors that this process has.
 * @returns The state with all rows that become tensors. Rows for the host's memory are left to {@link fillSampled}.
 * @throws {@link CheckpointMismatchError} if rows do not belong to the heads here.
 */
export async function ownState(
  state: TrainingState,
  {shares, sampled}: DividedHeads,
  needed: ReadonlyMap<string, tf.Tensor>,
  isWanted: (name: string) => boolean,
): Promise<TrainingState> {
  checkRowsAreThere(state, isWanted);
  const tensors = new Map(state.tensors);
  for (const [name, {values, shape}] of state.tensors) {
    const head = shares.get(weightOf(name));
    if (head && shape[0] % head.classes === 0) {
      const {first, count} = head.classRange;
      const width = values.length / head.classes;
      const own = values.subarray(first * width, (first + count) * width);
      tensors.set(name, {shape: [(shape[0] / head.classes) * count, ...shape.slice(1)], values: own});
    }
    if (sampled.some(term => term.name === weightOf(name))) tensors.delete(name);
  }
  for (const [name, {classes, width, sampled: isDrawn}] of Object.entries(state.record.rows?.tensors ?? {})) {
    if (sampled.some(term => term.name === weightOf(name)) || !isWanted(name)) continue;
    const target = needed.get(name);
    const head = shares.get(weightOf(name));
    const {first, count} = head?.classRange ?? {first: 0, count: classes};
    if (
      target === undefined ||
      isDrawn ||
      target.size !== count * width ||
      (head && head.classes !== classes)
    ) {
      const what = isDrawn ? 'rows of drawn classes' : `rows of ${classes} classes`;
      throw new CheckpointMismatchError([
        `${name} has ${what}, ${width} numbers each, in the checkpoint, but ${target ? `[${target.shape}]` : 'is not'} here`,
      ]);
    }
    const values = new Float32Array(count * width);
    await state.rows?.read(name, first, first + count, (ids, rows) => {
      values.set(rows, (ids[0] - first) * width);
    });
    tensors.set(name, {shape: [...target.shape], values});
  }
  return {...state, tensors};
}

/** @throws {@link CheckpointMismatchError} if a state has come without the files of rows that belong to it. */
function checkRowsAreThere({record, rows}: TrainingState, isWanted: (name: string) => boolean): void {
  const missing = rows === undefined ? Object.keys(record.rows?.tensors ?? {}).filter(isWanted) : [];
  if (missing.length === 0) return;
  throw new CheckpointMismatchError(
    missing.map(name => `${name} is in files beside the checkpoint, which only the folder's own store reads`),
  );
}

/**
 * Checks that the rows of a state belong to the heads that keep theirs in the host's memory.
 *
 * @throws {@link CheckpointMismatchError} if they do not.
 */
export function checkSampled({record, tensors}: TrainingState, {sampled}: DividedHeads): void {
  const differences = sampled.flatMap(({head, name}) => {
    const {classes, rows} = head;
    const kept = record.rows?.tensors[name];
    const whole = tensors.get(name);
    const found = kept ? [kept.classes, kept.width] : [classes, (whole?.values.length ?? 0) / classes];
    if (found[0] === classes && found[1] === rows.width) return [];
    if (kept === undefined && whole === undefined) return [`${name} is not in the checkpoint`];
    return [
      `${name} has ${found[0]} classes of ${found[1]} numbers in the checkpoint, but ${classes} of ${rows.width} here`,
    ];
  });
  if (differences.length > 0) throw new CheckpointMismatchError(differences);
}

/**
 * Fills the rows in the host's memory from a state that {@link checkSampled} finds alike.
 *
 * @param slots What the optimizer remembers, and what it begins with.
 */
export async function fillSampled(
  state: TrainingState,
  {sampled}: DividedHeads,
  slots: Readonly<Record<string, number>>,
  isWanted: (name: string) => boolean,
): Promise<void> {
  for (const {head, name} of sampled) {
    const {rows, classRange} = head;
    const {first, count} = classRange;
    rows.clear();
    const names = [...Object.keys(state.record.rows?.tensors ?? {}), ...state.tensors.keys()];
    for (const each of names.filter(each => weightOf(each) === name && isWanted(each))) {
      const part = partOf(each);
      if (part !== WEIGHTS) rows.add(part, slots[part] ?? 0);
      const whole = state.tensors.get(each);
      if (whole) {
        const {width} = rows;
        const ids = Int32Array.from({length: count}, (_, i) => first + i);
        rows.write(part, ids, whole.values.subarray(first * width, (first + count) * width));
      } else {
        await state.rows?.read(each, first, first + count, (ids, values) => rows.write(part, ids, values));
      }
    }
  }
}
