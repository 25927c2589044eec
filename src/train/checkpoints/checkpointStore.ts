import type {TrainingState} from './trainingState';

/** Where checkpoints are kept: `checkpointFolder` on disk, or anything that can keep a few arrays. */
export interface CheckpointStore {
  /** Keeps a state. It must be kept whole or not at all, whatever happens meanwhile. */
  save(state: TrainingState): Promise<void>;
  /** The newest state that can be read, or nothing where none was ever kept. */
  load(): Promise<TrainingState | undefined>;
  /** Called when a training begins that will save here; may refuse a second one by an error. Default: nothing happens. */
  begin?(): Promise<void>;
  /** Called when that training has ended, after its last `save`. */
  end?(): Promise<void>;
}
