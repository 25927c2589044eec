import type {VerificationReport} from 'face-margins/evaluate';

/** The figures of a report as lines for a terminal. */
export function reportTable({
  accuracy,
  accuracyBy: {grid, every},
  validation,
  auc,
  equalErrorRate,
  tarAtFar,
}: VerificationReport): string {
  const rows: [string, string, string][] = [
    [
      'accuracy',
      `${percent(accuracy.accuracy)} ± ${(100 * accuracy.deviation).toFixed(2)}`,
      `over ${accuracy.folds.length} folds; threshold: cosine ${cosineOf(accuracy.threshold).toFixed(3)}`,
    ],
    ['by every threshold', percent(every), `on InsightFace's grid of thresholds ${percent(grid)}`],
    ['AUC', auc.toFixed(5), ''],
    ['equal error rate', percent(equalErrorRate.rate), `at cosine ${equalErrorRate.threshold.toFixed(3)}`],
  ];
  for (const {far, tar, threshold, warning} of tarAtFar) {
    const note = warning === undefined ? '' : ' · few false accepts: mostly chance';
    const where = threshold === undefined ? 'accepts no pair' : `at cosine ${threshold.toFixed(3)}`;
    rows.push([`TAR at FAR ${far}`, percent(tar), `${where}${note}`]);
  }
  if (validation) {
    const {val, deviation, far} = validation;
    rows.push([
      'VAL at FAR 0.001',
      `${percent(val)} ± ${(100 * deviation).toFixed(2)}`,
      `over the folds; FAR in fact ${far.toFixed(5)}`,
    ]);
  }
  return rows
    .map(([name, value, note]) => `${name.padEnd(20)}${value.padEnd(18)}${note}`.trimEnd())
    .join('\n');
}

/** The cosine of a squared distance between unit embeddings. */
export const cosineOf = (distance: number): number => 1 - distance / 2;

const percent = (part: number) => `${(100 * part).toFixed(2)} %`;
