/** With fewer expected false accepts a rate is mostly chance: at 10, its standard deviation is a third of it. */
const FEW = 10;

/** A warning if a false accept rate depends on too few cases. */
export function falseAcceptWarning(far: number, count: number, cases: string): {warning?: string} {
  const expected = far * count;
  if (expected >= FEW) return {};
  return {
    warning: `FAR ${far} of ${count} ${cases} is ${Number(expected.toPrecision(3))} false accepts; below ${FEW} the rate is mostly chance. Use a higher FAR or more ${cases}.`,
  };
}
