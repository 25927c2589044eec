import type {TrainingState} from './trainingState';

/** Where checkpoints are kept: `checkpointFolder` on disk, or anything that can keep a few arrays. */
export interface CheckpointStore {
  /** Keeps a state. It must be kept whole or not at all, whatever happens meanwhile. */
  save(state: TrainingState): Promise<void>;
  /** The newest state that can be read, or nothing where none was ever kept. */
  load(): Promise<TrainingState | undefined>;
}
