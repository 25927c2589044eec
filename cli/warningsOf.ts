import type {VerificationReport} from 'face-margins/evaluate';

/**
 * What a report warns of, in the words of the command line.
 *
 * @param thresholds What the accuracy was asked by: where that is every threshold, it is no fault that the grid gives another.
 */
export function warningsOf(report: VerificationReport, thresholds: 'grid' | 'every'): string[] {
  const ofGrid =
    thresholds === 'grid' ? report.warning?.replace("thresholds: 'every'", '--thresholds every') : undefined;
  return [ofGrid, ...report.tarAtFar.map(({warning}) => warning)].filter(warning => warning !== undefined);
}
