import {mkdir, readdir, readFile, rename, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {decodeCheckpoint, encodeCheckpoint} from './checkpointFile';
import type {CheckpointStore} from './checkpointStore';
import type {TrainingState} from './trainingState';
import {unfinished, writeAtomically} from './writeAtomically';

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
  /** Takes warnings: what one should know and is not an error. Default: `console.warn`. */
  onWarning?: (message: string) => void;
}

const bestName = 'best.safetensors';

/** What becomes of the best of a training that was not resumed. */
const previousBestName = 'previous-best.safetensors';

/** `checkpoint-000012-step-3400.safetensors`: the number goes on with every checkpoint of the folder. */
const pattern = /^checkpoint-(\d+)-step-\d+\.safetensors$/;

const numberOf = (name: string) => Number(name.match(pattern)?.[1]);

/** Checkpoints in a folder; made by {@link checkpointFolder}. */
export class CheckpointFolder implements CheckpointStore {
  private readonly keep: number;
  private readonly best: {metric: string; mode: 'max' | 'min'} | undefined;
  private readonly warn: (message: string) => void;
  /** The figure of the best checkpoint: nothing as long as it is not known, -Infinity where there is none. */
  private bestFigure: number | undefined;
  private joined = false;
  private warnedOfFigure = false;

  constructor(
    /** Where the checkpoints lie. */
    readonly folder: string,
    options: CheckpointFolderOptions = {},
  ) {
    checkOptions('checkpointFolder', options, {keep: true, best: true, onWarning: true});
    const {keep = 3, best, onWarning = console.warn} = options;
    if (best) checkOptions('checkpointFolder', best, {metric: true, mode: true}, 'best');
    this.keep = check.count('checkpointFolder', 'keep', keep);
    this.best = best && {mode: best.metric === 'loss' ? 'min' : 'max', ...best};
    this.warn = onWarning;
  }

  /** Writes a checkpoint, and then takes away those that are one too many. */
  async save(state: TrainingState): Promise<void> {
    await mkdir(this.folder, {recursive: true});
    const names = await this.names();
    if (!this.joined) await this.takeOver(names.length > 0);
    await this.join();
    const number = String(1 + Math.max(0, ...names.map(numberOf))).padStart(6, '0');
    const bytes = await encodeCheckpoint(state);
    await writeAtomically(
      join(this.folder, `checkpoint-${number}-step-${state.record.position.step}.safetensors`),
      bytes,
    );
    await this.keepBest(state, bytes);
    const surplus = (await this.names()).slice(this.keep);
    await Promise.all(surplus.map(name => rm(join(this.folder, name), {force: true})));
  }

  /**
   * The newest checkpoint that can be read. One that cannot, after a power failure perhaps, is skipped with a warning.
   *
   * @returns Nothing where the folder has no checkpoints.
   * @throws If it has some, and none can be read.
   */
  async load(): Promise<TrainingState | undefined> {
    const names = await this.names();
    await this.join();
    let cause: unknown;
    for (const [i, name] of names.entries()) {
      try {
        return await this.read(name);
      } catch (error) {
        cause = error;
        const next = names[i + 1];
        if (next) this.warn(`${(error as Error).message} Going back to ${next}.`);
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
    return decodeCheckpoint(await readFile(join(this.folder, name)), join(this.folder, name));
  }

  /** Begins a new training in the folder, which may have another's checkpoints. */
  private async takeOver(hasCheckpoints: boolean): Promise<void> {
    const path = (name: string) => join(this.folder, name);
    const hasBest = (await readdir(this.folder)).includes(bestName);
    if (hasBest) await rename(path(bestName), path(previousBestName));
    if (!hasCheckpoints && !hasBest) return;
    this.warn(
      `The folder ${this.folder} has checkpoints of a training that was not resumed; the new ones take their place` +
        `${hasBest ? `, and its best is kept as ${previousBestName}` : ''}.`,
    );
  }

  /** Makes the folder this training's own: what a killed process left unfinished goes. */
  private async join(): Promise<void> {
    if (this.joined) return;
    this.joined = true;
    const names = await readdir(this.folder).catch((): string[] => []);
    const left = names.filter(name => name.endsWith(unfinished));
    await Promise.all(left.map(name => rm(join(this.folder, name), {force: true})));
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
 * whole. Each has a fingerprint: damage is told, and the one before taken.
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
