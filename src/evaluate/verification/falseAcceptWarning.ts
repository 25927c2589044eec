/** Below so many expected false accepts a rate is mostly chance: at 10, one standard deviation is a third of it. */
const FEW = 10;

/** A warning where a false accept rate rests on too few cases to mean much. */
export function falseAcceptWarning(far: number, count: number, cases: string): {warning?: string} {
  const expected = far * count;
  if (expected >= FEW) return {};
  return {
    warning: `FAR ${far} of ${count} ${cases} is ${Number(expected.toPrecision(3))} false accepts; below ${FEW} it is mostly chance. Use a higher FAR or more of them.`,
  };
}
