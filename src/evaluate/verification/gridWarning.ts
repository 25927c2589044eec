/** How far two accuracies may lie apart by chance: half a point, or two pairs where there are few. */
const chance = (pairs: number) => Math.max(0.005, 2.5 / pairs);

const percent = (part: number) => `${(100 * part).toFixed(2)} %`;

/** A warning if the grid of thresholds is too coarse for the distances: then it gives another accuracy than every threshold does. */
export function gridWarning(onGrid: number, byEvery: number, pairs: number): {warning?: string} {
  if (Math.abs(onGrid - byEvery) <= chance(pairs)) return {};
  return {
    warning:
      `InsightFace's grid of thresholds gives an accuracy of ${percent(onGrid)}, and every threshold one of ${percent(byEvery)}: ` +
      "so many distances share a step of 0.01 that the grid cannot tell them apart. Choose by every threshold (thresholds: 'every').",
  };
}
