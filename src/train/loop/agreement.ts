import type {Collective} from '../../base/collective';

/** What ranks have to agree on at every batch, so that none waits for another that has ended. */
export class Agreement {
  constructor(private readonly collective: Collective) {}

  /**
   * Finds out whether all ranks have a batch.
   *
   * @param size The size of this rank's batch; −1 if it has none.
   * @returns The size of rank 0's.
   * @throws If a rank has none, on every rank.
   */
  batch(size: number, epoch: number): number {
    const {collective} = this;
    const sizes = collective.allGather(Int32Array.of(size), new Int32Array(collective.size));
    const without = sizes.indexOf(-1);
    if (without < 0) return sizes[0];
    throw new Error(`Trainer: every rank must have batches in epoch ${epoch}, but rank ${without} has none.`);
  }

  /** Whether it is so on any rank. */
  any(isSo: boolean): boolean {
    return this.collective.allReduce(Int32Array.of(isSo ? 1 : 0), 'max')[0] > 0;
  }
}
