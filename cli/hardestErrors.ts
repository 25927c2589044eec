import type {VerificationPair, VerificationProtocol} from 'face-margins/data';
import type {Verification} from './verifyModel';

/** A pair that is told wrongly. */
export interface WrongPair extends VerificationPair {
  score: number;
}

/** Pairs on the wrong side of a threshold, the farthest from it first. */
export interface HardestErrors {
  /** Of one person, with scores below. */
  rejected: WrongPair[];
  /** Of two persons, with scores of the threshold or above. */
  accepted: WrongPair[];
}

/** The pairs that are told wrongly at a threshold, at most so many of each kind. */
export function hardestErrors(
  {pairs}: VerificationProtocol,
  {scores}: Pick<Verification, 'scores'>,
  threshold: number,
  most: number,
): HardestErrors {
  const scored = pairs.map((pair, i) => ({...pair, score: scores[i]}));
  const rejected = scored.filter(({same, score}) => same && score < threshold);
  const accepted = scored.filter(({same, score}) => !same && score >= threshold);
  return {
    rejected: rejected.sort((a, b) => a.score - b.score).slice(0, most),
    accepted: accepted.sort((a, b) => b.score - a.score).slice(0, most),
  };
}
