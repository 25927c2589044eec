import {calibratedScore} from 'face-margins/evaluate';
import type {MeasuredResults} from './measuredResults';
import {cosineOf} from './reportTable';

/** What a verdict rests on. */
export interface VerdictSettings {
  /** The cosine from which two faces are taken for one person. */
  threshold?: number;
  /** What was measured of the model: its threshold, where none is given, and the probability. */
  results?: MeasuredResults;
}

/** Where nothing is known of the model: between strangers and one person for most, and right for none. */
const GUESS = 0.3;

/** A verdict as data. */
export interface Verdict {
  cosine: number;
  threshold: number;
  /** Where the threshold is from. */
  source: 'given' | 'measured' | 'guess';
  same: boolean;
  /** That both are one person, if half of all pairs are; absent where nothing was measured. */
  probability?: number;
}

/** What is to be made of two faces whose embeddings have a cosine. */
export function judged(cosine: number, {threshold: given, results}: VerdictSettings): Verdict {
  const measured = results && cosineOf(results.accuracy.threshold);
  const threshold = given ?? measured ?? GUESS;
  const source = given !== undefined ? 'given' : measured !== undefined ? 'measured' : 'guess';
  const probability = results && {probability: calibratedScore(results.calibration, cosine)};
  return {cosine, threshold, source, same: cosine >= threshold, ...probability};
}

const sources = {
  given: 'as given',
  measured: 'of results.json',
  guess: 'a guess: `npm run verify` measures one for the model',
};

/** What to say of two faces whose embeddings have a cosine. */
export function verdict(cosine: number, settings: VerdictSettings): string {
  const {threshold, source, same, probability} = judged(cosine, settings);
  const lines = [
    `similarity   cosine ${cosine.toFixed(4)}`,
    `verdict      ${same ? 'the same person' : 'different persons'}, at the threshold ${threshold.toFixed(3)} (${sources[source]})`,
  ];
  if (probability !== undefined) {
    lines.push(
      `probability  ${(100 * probability).toFixed(1)} % that they are one person, if half of all pairs are`,
    );
  }
  return lines.join('\n');
}
