import type {RowsPart} from './savedRows';
import type {TrainingState} from './trainingState';

/** Where checkpoints are kept: `checkpointFolder` on disk, or anything that can keep a few arrays. */
export interface CheckpointStore {
  /** Keeps a state. It must be kept whole or not at all, whatever happens meanwhile. */
  save(state: TrainingState): Promise<void>;
  /**
   * The newest state that can be read, or nothing where none was ever kept.
   *
   * @param options How to load.
   * @param options.isQuiet Whether another process, which loads the same, gives the warnings.
   */
  load(options?: {isQuiet?: boolean}): Promise<TrainingState | undefined>;
  /** Called when a training begins that will save here; may refuse a second one by an error. Default: nothing happens. */
  begin?(): Promise<void>;
  /**
   * Names the next checkpoint, for rows to be kept under before it: of heads that are divided among processes or draw classes. A store
   * without it cannot keep those.
   */
  nextName?(step: number): Promise<string>;
  /**
   * Keeps the rows of one process. `save` follows when all have done so, with a state whose `record.rows` names them; only then do they
   * count. `load` gives a state whose `rows` reads them.
   */
  saveRows?(name: string, part: RowsPart): Promise<void>;
  /** Called when that training has ended, after its last `save`. */
  end?(): Promise<void>;
}
