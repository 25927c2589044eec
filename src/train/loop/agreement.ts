import type {Collective} from '../../base/collective';
import {gatherTexts} from '../../base/gatherTexts';

/** The size of a rank's batch where it has none, and where it could not be read. */
const [NONE, FAILED] = [-1, -2];

const textOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** What ranks have to agree on at every batch, so that none waits for another that has ended. Between them each has to ask the same. */
export class Agreement {
  constructor(private readonly collective: Collective) {}

  /**
   * Finds out whether all ranks have a batch.
   *
   * @param size The size of this rank's batch; nothing if it has none.
   * @returns The size of rank 0's.
   * @throws If a rank has none, or could not read it, on every rank.
   */
  batch(size: number | undefined, epoch: number): number {
    const sizes = this.sizes(size ?? NONE);
    if (sizes.includes(FAILED)) throw this.failure(undefined);
    const without = sizes.indexOf(NONE);
    if (without < 0) return sizes[0];
    throw new Error(`Trainer: every rank must have batches in epoch ${epoch}, but rank ${without} has none.`);
  }

  /** Tells the other ranks, which ask for a batch, that this one's could not be read. */
  noBatch(error: unknown): void {
    if (this.collective.size === 1) return;
    this.sizes(FAILED);
    this.failure(error);
  }

  /** Whether it is so on any rank. */
  any(isSo: boolean): boolean {
    return this.collective.allReduce(Int32Array.of(isSo ? 1 : 0), 'max')[0] > 0;
  }

  /**
   * Does something that may fail on some ranks.
   *
   * @throws If it fails on any: its own error on a rank that has one, on the others what the first of those says.
   */
  async together<T>(action: () => T | Promise<T>): Promise<T> {
    if (this.collective.size === 1) return action();
    let result: {value: T} | {error: unknown};
    try {
      result = {value: await action()};
    } catch (error) {
      result = {error};
    }
    const isFailed = 'error' in result;
    if (this.any(isFailed)) throw this.failure(isFailed ? (result as {error: unknown}).error : undefined);
    return (result as {value: T}).value;
  }

  private sizes(size: number): number[] {
    const {collective} = this;
    return [...collective.allGather(Int32Array.of(size), new Int32Array(collective.size))];
  }

  /** This rank's error, or that of the first that has one. */
  private failure(own: unknown): unknown {
    const texts = gatherTexts(this.collective, own === undefined ? '' : `${textOf(own)} `);
    if (own !== undefined) return own;
    const rank = texts.findIndex(text => text !== '');
    return new Error(`Trainer: all ranks end, because rank ${rank} failed: ${texts[rank].trimEnd()}`);
  }
}
