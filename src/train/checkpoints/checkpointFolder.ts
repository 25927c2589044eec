import {mkdir, readdir, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {readWholeFile} from '../../base/readWholeFile';
import {isUnfinished, writeAtomically} from '../../base/writeAtomically';
import {decodeCheckpoint, encodeCheckpoint} from './checkpointFile';
import type {CheckpointStore} from './checkpointStore';
import {FolderLock} from './folderLock';
import {writeRowsFile} from './rowsFile';
import type {RowsPart} from './savedRows';
import {removeRows, rowsFileName, SavedRowsFolder} from './savedRowsFolder';
import type {TrainingState} from './trainingState';

/** Options of {@link checkpointFolder}. */
export interface CheckpointFolderOptions {
  /** How many of the newest checkpoints to keep. Default 3. */
  keep?: number;
  /**
   * Which checkpoint is the best and kept besides, as `best.safetensors`. Epochs that are not validated are skipped, and figures
   * that are not finite. Default: none is kept besides.
   */
  best?: {
    /** A figure that `validate` gives, or `loss`. */
    metric: string;
    /** Whether more is better. Default `'min'` for `loss` and `'max'` for all others. */
    mode?: 'max' | 'min';
  };
  /**
   * Whether to take the folder over from a training on another machine, which you know to be dead: that a process of this machine
   * has ended is found out without it. If that training lives, it stops before its next checkpoint. Default false.
   */
  takeOver?: boolean;
  /** Takes warnings: what one should know and is not an error. Default: `console.warn`. */
  onWarning?: (message: string) => void;
}

const bestName = 'best.safetensors';

/** What becomes of the best of a training that was not resumed. */
const previousBestName = 'previous-best.safetensors';

/** `checkpoint-000012-step-3400.safetensors`: the number grows with every checkpoint of the folder. */
const pattern = /^checkpoint-(\d+)-step-\d+\.safetensors$/;

const numberOf = (name: string) => Number(name.match(pattern)?.[1]);

const ending = '.safetensors';

/** The name of the checkpoint after some others, without its ending. */
const nextOf = (names: string[], step: number) =>
  `checkpoint-${String(1 + Math.max(0, ...names.map(numberOf))).padStart(6, '0')}-step-${step}`;

/** Checkpoints in a folder; made by {@link checkpointFolder}. */
export class CheckpointFolder implements CheckpointStore {
  private readonly keep: number;
  private readonly best: {metric: string; mode: 'max' | 'min'} | undefined;
  private readonly warn: (message: string) => void;
  /** The figure of the best checkpoint: undefined until it is known, -Infinity if the folder has none. */
  private bestFigure: number | undefined;
  /** Whether the checkpoints that are there are this training's. */
  private joined = false;
  private readonly lock: FolderLock;
  private warnedOfFigure = false;
  /** Whose rows the best checkpoint and the best of another training have, once that is known. */
  private readonly rowsOfBest = new Map<string, string | undefined>();

  constructor(
    /** Where the checkpoints lie. */
    readonly folder: string,
    options: CheckpointFolderOptions = {},
  ) {
    checkOptions('checkpointFolder', options, {keep: true, best: true, takeOver: true, onWarning: true});
    const {keep = 3, best, takeOver = false, onWarning = console.warn} = options;
    if (best) checkOptions('checkpointFolder', best, {metric: true, mode: true}, 'best');
    this.keep = check.count('checkpointFolder', 'keep', keep);
    this.best = best && {mode: best.metric === 'loss' ? 'min' : 'max', ...best};
    this.warn = onWarning;
    this.lock = new FolderLock(folder, takeOver);
  }

  /**
   * Makes the folder this training's own, and clears away what a killed one left unfinished. `fit` calls it when it begins.
   *
   * Call it yourself before you change other files that a training beside it may write. A file `training.lock` in the folder holds the
   * process, its machine and the time until {@link CheckpointFolder.end}.
   *
   * @throws {@link FolderInUseError} if a training runs in the folder.
   */
  async begin(): Promise<void> {
    await mkdir(this.folder, {recursive: true});
    if (this.lock.isHeld) return this.lock.confirm();
    await this.lock.take();
    const left = (await readdir(this.folder)).filter(isUnfinished);
    await Promise.all(left.map(name => rm(join(this.folder, name), {force: true})));
  }

  /** Leaves the folder to the next training. `fit` calls it when it ends; a process that ends without it leaves the folder too. */
  async end(): Promise<void> {
    await this.lock.release();
  }

  /**
   * Writes a checkpoint, and then takes away those that are one too many.
   *
   * @throws {@link FolderInUseError} if another training runs in the folder.
   */
  async save(state: TrainingState): Promise<void> {
    if (this.lock.isHeld) {
      await this.lock.confirm();
      return this.write(state);
    }
    await this.begin();
    try {
      await this.write(state);
    } finally {
      await this.end();
    }
  }

  private async write(state: TrainingState): Promise<void> {
    const names = await this.names();
    if (!this.joined) await this.setAside(names.length > 0);
    this.joined = true;
    const {rows, position} = state.record;
    const name = rows?.name ?? nextOf(names, position.step);
    const bytes = await encodeCheckpoint(state);
    await writeAtomically(join(this.folder, `${name}${ending}`), bytes);
    await this.keepBest(state, bytes);
    const all = await this.names();
    await Promise.all(all.slice(this.keep).map(name => rm(join(this.folder, name), {force: true})));
    await this.removeOldRows(all.slice(0, this.keep));
  }

  /** The name of the next checkpoint. */
  async nextName(step: number): Promise<string> {
    return nextOf(await this.names(), step);
  }

  /**
   * Writes the rows of one process, of heads that are divided among processes or draw classes. Each process has a store of its own in the
   * same folder, which all of them see.
   */
  async saveRows(name: string, part: RowsPart): Promise<void> {
    await mkdir(this.folder, {recursive: true});
    await writeRowsFile(join(this.folder, rowsFileName(name, part.rank, part.ranks)), part);
  }

  /** Takes away rows that no checkpoint has any more: also those that a killed training wrote before their checkpoint. */
  private async removeOldRows(checkpoints: string[]): Promise<void> {
    const kept = new Set(checkpoints.map(name => name.slice(0, -ending.length)));
    await removeRows(this.folder, kept, async () => {
      for (const name of [bestName, previousBestName]) {
        if (!this.rowsOfBest.has(name)) {
          const best = await this.read(name).catch(() => undefined);
          this.rowsOfBest.set(name, best?.record.rows?.name);
        }
        const owner = this.rowsOfBest.get(name);
        if (owner !== undefined) kept.add(owner);
      }
    });
  }

  /**
   * The newest checkpoint that can be read. One that cannot, after a power failure perhaps, is skipped with a warning. Reading changes
   * nothing in the folder, so a training may run there.
   *
   * @param options How to load.
   * @param options.isQuiet Whether another process, which loads the same, gives the warnings. Default false.
   * @returns Nothing where the folder has no checkpoints.
   * @throws If it has some, and none can be read.
   */
  async load(options: {isQuiet?: boolean} = {}): Promise<TrainingState | undefined> {
    const {isQuiet = false} = checkOptions('load', options, {isQuiet: true});
    this.joined = true;
    const names = await this.names();
    let cause: unknown;
    for (const [i, name] of names.entries()) {
      try {
        return await this.read(name);
      } catch (error) {
        // The training that runs here has taken it away, as it has newer ones.
        if (!(await this.names()).includes(name)) return this.load(options);
        cause = error;
        const next = names[i + 1];
        if (next && !isQuiet) this.warn(`${(error as Error).message} Going back to ${next}.`);
      }
    }
    if (cause === undefined) return undefined;
    throw new Error(`None of the ${names.length} checkpoints in ${this.folder} can be read.`, {cause});
  }

  /** The best checkpoint of this training; nothing where there is none. */
  async loadBest(): Promise<TrainingState | undefined> {
    const names = await readdir(this.folder).catch((): string[] => []);
    return names.includes(bestName) ? this.read(bestName) : undefined;
  }

  /** The names of all checkpoints, the newest first. */
  private async names(): Promise<string[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names.filter(name => pattern.test(name)).sort((a, b) => numberOf(b) - numberOf(a));
  }

  private async read(name: string): Promise<TrainingState> {
    const state = await decodeCheckpoint(
      await readWholeFile(join(this.folder, name)),
      join(this.folder, name),
    );
    if (state.record.rows === undefined) return state;
    const rows = new SavedRowsFolder(this.folder, state.record.rows);
    await rows.check();
    return {...state, rows};
  }

  /** Begins a new training in the folder, which may have another's checkpoints. */
  private async setAside(hasCheckpoints: boolean): Promise<void> {
    const path = (name: string) => join(this.folder, name);
    const hasBest = (await readdir(this.folder)).includes(bestName);
    if (hasBest) await rename(path(bestName), path(previousBestName));
    this.rowsOfBest.clear();
    if (!hasCheckpoints && !hasBest) return;
    this.warn(
      `The folder ${this.folder} has checkpoints of a training that was not resumed; the new ones take their place` +
        `${hasBest ? `, and its best is kept as ${previousBestName}` : ''}.`,
    );
  }

  private async keepBest({record}: TrainingState, bytes: Uint8Array): Promise<void> {
    if (this.best === undefined || record.position.batch > 0) return;
    const {metric, mode} = this.best;
    const value = record.metrics[metric];
    if (value === undefined) {
      const found = Object.keys(record.metrics).filter(name => name !== 'loss');
      // The loss alone is there after a pass that was not validated.
      if (found.length > 0) {
        this.warn(
          `checkpointFolder: best.metric is ${metric}, but validate gave ${found.join(', ')}; no best checkpoint is kept of this epoch.`,
        );
      }
      return;
    }
    if (!Number.isFinite(value)) {
      if (!this.warnedOfFigure) {
        this.warn(
          `checkpointFolder: best.metric ${metric} is ${String(value)} at step ${record.position.step}; what is not a finite number is never the best.`,
        );
      }
      this.warnedOfFigure = true;
      return;
    }
    const sign = mode === 'max' ? 1 : -1;
    this.bestFigure ??= await this.figureOfBest(metric, sign);
    if (sign * value <= this.bestFigure) return;
    await writeAtomically(join(this.folder, bestName), bytes);
    this.bestFigure = sign * value;
    this.rowsOfBest.set(bestName, record.rows?.name);
  }

  private async figureOfBest(metric: string, sign: number): Promise<number> {
    try {
      const value = (await this.loadBest())?.record.metrics[metric];
      // JSON has null for what is not finite.
      return typeof value === 'number' ? sign * value : -Infinity;
    } catch (error) {
      this.warn(`${(error as Error).message} Another one will take its place.`);
      return -Infinity;
    }
  }
}

/**
 * Keeps the checkpoints of one training in a folder, as safetensors files.
 *
 * Each is written beside, brought to the disk and then renamed, so that a process that is killed at any moment leaves the last one
 * whole. Each has a fingerprint: damage is told, and the one before taken. A second training in the folder is refused while one runs;
 * anybody may read.
 *
 * @param folder Made where it is missing. One training a folder.
 * @param options How many to keep, and which is the best.
 * @throws If `keep` is not a whole number of 1 or more.
 *
 * @example
 * ```js
 * import {checkpointFolder} from 'face-margins/node';
 *
 * const measure = () => 0.9;   // a figure of your own, such as the accuracy on pairs of people held out
 * const checkpoints = checkpointFolder('out/checkpoints', {keep: 3, best: {metric: 'accuracy'}});
 * await trainer.resume(checkpoints);
 * await trainer.run(batches, {epochs: 20, checkpoints, validate: () => ({accuracy: measure()})});
 * ```
 */
export function checkpointFolder(folder: string, options?: CheckpointFolderOptions): CheckpointFolder {
  return new CheckpointFolder(folder, options);
}
