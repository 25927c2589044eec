import type {GroupReport, VerificationReport} from 'face-margins/evaluate';
import type {FacesOptions} from './facesOptions';

/** How a run was made, in words. */
export interface RunDescription {
  faces: string;
  /** True where no real face was seen: then the figures say nothing about real ones. */
  synthetic: boolean;
  network: string;
  parameters: number;
  head: string;
  backend: string;
}

/** What `results.json` holds of a run. */
export interface FaceResults extends RunDescription {
  options: FacesOptions;
  /** On the pairs to verify on, of which nobody was trained on unless `faces` says so. */
  trained: VerificationReport;
  /** The same network on the same pairs before its first step. */
  untrained: VerificationReport;
  /** The trained network by groups of people, where they were given. */
  groups?: GroupReport;
  /** Trained less untrained accuracy, in points of a hundred. */
  pointsGained: number;
  /** The verification accuracy after each pass that was verified after. */
  history: {epoch: number; accuracy: number}[];
  steps: number;
  /** Mean of the training, without verifying and checkpoints. */
  imagesPerSecond: number;
  /** From the command to its last file; of a resumed run, since it was resumed. */
  seconds: number;
  trainingSeconds: number;
}
