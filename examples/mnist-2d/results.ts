import {type AngularStatistics, angularStatistics} from 'face-margins/evaluate';
import type {Outcome} from './job';

/** The figures of one head. */
export interface HeadResult extends AngularStatistics {
  /** Part of the test images classified rightly. */
  accuracy: number;
  /** The training loss, a value every twenty steps; of this head's own training, after a shared warm-up. */
  loss: number[];
  imagesPerSecond: number;
  seconds: number;
}

/** What `results.json` holds. */
export interface Results {
  backend: string;
  /** The whole run, from the command to its last file. */
  seconds: number;
  heads: Record<string, HeadResult>;
  network: string;
  seed: number;
  examples: number;
  /** The recipe in words. */
  recipe: string;
  /** The training that the heads share. */
  warmUp?: Pick<HeadResult, 'accuracy' | 'loss' | 'imagesPerSecond' | 'seconds'>;
}

/** The figures of what came of a head's training. */
export async function headResult(
  {accuracy, loss, imagesPerSecond, seconds, embeddings}: Outcome,
  labels: Uint8Array,
): Promise<HeadResult> {
  return {accuracy, ...(await angularStatistics(embeddings, labels, 10)), loss, imagesPerSecond, seconds};
}
