import {readFile} from 'node:fs/promises';
import type {VerificationReport} from 'face-margins/evaluate';

/** As much of a verification as a verdict rests on. */
export type MeasuredResults = Pick<VerificationReport, 'accuracy' | 'calibration'>;

/**
 * Reads the `results.json` that `npm run verify` or `npm run faces` has written.
 *
 * @throws If the file is another.
 */
export async function measuredResults(path: string): Promise<MeasuredResults> {
  const found = measuredIn(await readFile(path, 'utf8'));
  if (found !== undefined) return found;
  throw new Error(
    `--results: ${path} has no threshold and calibration in it; give the results.json that \`npm run verify\` or \`npm run faces\` has written.`,
  );
}

function measuredIn(text: string): MeasuredResults | undefined {
  let content: Partial<MeasuredResults & {trained: Partial<MeasuredResults>}> | null;
  try {
    content = JSON.parse(text);
  } catch {
    return undefined;
  }
  const {accuracy, calibration} = content?.trained ?? content ?? {};
  const isWhole = [accuracy?.threshold, calibration?.slope, calibration?.intercept].every(Number.isFinite);
  return isWhole && accuracy && calibration ? {accuracy, calibration} : undefined;
}
