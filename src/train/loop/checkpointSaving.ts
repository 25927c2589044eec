import type {Collective} from '../../base/collective';
import {gatherTexts} from '../../base/gatherTexts';
import type {CheckpointStore} from '../checkpoints/checkpointStore';
import type {RowsRecord} from '../checkpoints/savedRows';
import {notFiniteWeights, type TrainingState} from '../checkpoints/trainingState';
import {rowsRecord} from '../dividedHeads';
import {TrainingDivergedError} from '../step/trainingDivergedError';
import type {TakenStep} from '../step/trainingStep';
import type {Training} from '../training';
import type {Agreement} from './agreement';
import type {FitOptions} from './fitOptions';

/** The stores that trainings of this process save to. */
const storesInUse = new WeakSet<CheckpointStore>();

/** Saves the checkpoints of a run, each step once. The first rank writes those of all, and every rank its rows of divided heads. */
export class CheckpointSaving {
  private savedStep: number | undefined;

  constructor(
    private readonly training: Training,
    private readonly collective: Collective,
    private readonly agreement: Agreement,
    private readonly options: Pick<FitOptions, 'checkpoints' | 'callbacks'>,
  ) {
    this.savedStep = training.position.step;
  }

  /** Whether a checkpoint of the present step would be written. */
  get isDue(): boolean {
    return this.options.checkpoints !== undefined && this.training.position.step !== this.savedStep;
  }

  /** The store, where this process writes the checkpoints of all, which have the same weights. */
  private get ownStore(): CheckpointStore | undefined {
    return this.collective.rank === 0 ? this.options.checkpoints : undefined;
  }

  /** Makes the store of checkpoints this training's own. */
  async begin(): Promise<void> {
    const {ownStore} = this;
    if (ownStore === undefined) return;
    if (storesInUse.has(ownStore)) {
      throw new Error(
        'fit: checkpoints must be a store for this training alone, but another training of this process saves to it.',
      );
    }
    await ownStore.begin?.();
    storesInUse.add(ownStore);
  }

  /** Gives the store back. */
  async end(): Promise<void> {
    const {ownStore} = this;
    if (ownStore === undefined) return;
    storesInUse.delete(ownStore);
    await ownStore.end?.();
  }

  /** Lets the present step be saved again, because more is known of it. */
  saveAgain(): void {
    this.savedStep = undefined;
  }

  /**
   * Saves the present step, unless that has been done.
   *
   * @param taken The last step of this run.
   * @throws If a weight is not finite.
   */
  async save(taken: TakenStep | undefined): Promise<void> {
    if (!this.isDue) return;
    const {checkpoints, callbacks} = this.options;
    const {step, epoch} = this.training.position;
    this.savedStep = step;
    const rows = await this.saveRows(checkpoints as CheckpointStore, taken);
    await this.agreement.together(async () => {
      const {ownStore} = this;
      if (ownStore === undefined) return;
      const {record, tensors} = rows ? rows.state : await this.training.state();
      checkFinite({record, tensors}, taken);
      await ownStore.save({record: {...record, ...(rows && {rows: rows.record})}, tensors});
      await callbacks?.onCheckpoint?.({step, epoch});
    });
  }

  /** Saves the rows that this rank has of divided heads. They count when rank 0 has saved all else, after the rows of all. */
  private async saveRows(
    checkpoints: CheckpointStore,
    taken: TakenStep | undefined,
  ): Promise<{state: TrainingState; record: RowsRecord} | undefined> {
    const {training, collective, agreement} = this;
    if (!training.hasRows) return undefined;
    const {rank, size} = collective;
    const {step} = training.position;
    const own = await agreement.together(async () => (rank === 0 ? checkpoints.nextName?.(step) : ''));
    const name = gatherTexts(collective, own ?? `step-${step}`)[0];
    return agreement.together(async () => {
      const {state, rows} = await training.stateInParts();
      checkFinite(state, taken);
      await checkpoints.saveRows?.(name, {rank, ranks: size, tensors: rows});
      return {state, record: rowsRecord(name, size, rows)};
    });
  }
}

function checkFinite(state: TrainingState, taken: TakenStep | undefined): void {
  const weights = notFiniteWeights(state);
  if (taken && weights.length > 0) throw new TrainingDivergedError({...taken, at: 'update', weights});
}
