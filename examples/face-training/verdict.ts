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

/** What to say of two faces whose embeddings have a cosine. */
export function verdict(cosine: number, {threshold, results}: VerdictSettings): string {
  const [used, source] =
    threshold !== undefined
      ? [threshold, 'as given']
      : results !== undefined
        ? [cosineOf(results.accuracy.threshold), 'of results.json']
        : [GUESS, 'a guess: `npm run verify` measures one for the model'];
  const lines = [
    `similarity   cosine ${cosine.toFixed(4)}`,
    `verdict      ${cosine >= used ? 'the same person' : 'different persons'}, at the threshold ${used.toFixed(3)} (${source})`,
  ];
  if (results) {
    const probability = calibratedScore(results.calibration, cosine);
    lines.push(
      `probability  ${(100 * probability).toFixed(1)} % that they are one person, if half of all pairs are`,
    );
  }
  return lines.join('\n');
}
