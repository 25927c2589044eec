import type {Sighting} from './sighting';

/** What is known of a person whom {@link OnlineClusters} has seen. */
export interface OnlinePerson {
  /** The number that {@link OnlineClusters.add} gave, which is never given again. */
  id: number;
  /** How many faces it has. */
  count: number;
  /** When it was seen last, in seconds; absent if no sighting had a time. */
  time?: number;
  /** Where it was seen last; absent if no sighting had a place. */
  place?: readonly number[];
}

/** A merge of two people who turned out to be one. */
export interface OnlineMerge {
  /** The id that is gone: what was stored under it belongs to `into`. */
  from: number;
  /** The id that stays: the one that was given first. */
  into: number;
}

/** Why a person was forgotten. */
export type ForgettingReason = 'asked' | 'expired' | 'full';

/** Options of {@link onlineClusters}. */
export interface OnlineClustersOptions {
  /** A face belongs to the most similar person if the cosine with the mean of their faces, plus the prior, is this or more, −1 to 1. */
  threshold: number;
  /** Two people are merged when the cosine of their means is this or more. Default: `threshold` + 0.1; 1.01 merges nobody. */
  mergeThreshold?: number;
  /** Whether a face is of a person, whatever the cosine says. A `tracklet` needs no such rule. Default: never. */
  mustLink?: (face: Sighting, person: OnlinePerson) => boolean;
  /** Whether a face cannot be of a person, whatever the cosine says. A `frame` needs no such rule. Default: never. */
  cannotLink?: (face: Sighting, person: OnlinePerson) => boolean;
  /** Meters a second that nobody exceeds: a face too far from where a person was is another's. Default: none. */
  speedLimit?: number;
  /**
   * What is added to the cosine with a person: a log prior in units of the cosine, from the seconds since the last sighting and the meters
   * from it. Either is NaN where time or place is not known. Default: 0.
   */
  prior?: (seconds: number, meters: number) => number;
  /** Seconds after which a person who is not seen is forgotten. Default: never. */
  forgetAfter?: number;
  /** The most people to remember; the one not seen for longest is forgotten. Default: 100,000. */
  most?: number;
  /** Called when two people turn out to be one. */
  onMerge?: (merge: OnlineMerge) => void;
  /** Called when a person is forgotten. */
  onForget?: (id: number, reason: ForgettingReason) => void;
}
