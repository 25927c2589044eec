/** Sums of figures and how often each was added: plain data. */
export type MeansState = Record<string, [sum: number, count: number]>;

/** Means of figures over several steps. */
export class Means {
  private sums: MeansState = {};

  /** Adds figures; one that is undefined has not been measured. */
  add(figures: Record<string, number | undefined>): void {
    for (const [name, value] of Object.entries(figures)) {
      if (value === undefined) continue;
      const [sum, count] = this.sums[name] ?? [0, 0];
      this.sums[name] = [sum + value, count + 1];
    }
  }

  /** The mean of each figure that was added, and a new beginning. */
  take(): Record<string, number> {
    const means = Object.entries(this.sums).map(([name, [sum, count]]) => [name, sum / count]);
    this.sums = {};
    return Object.fromEntries(means);
  }

  /** What has been added since the last {@link take}. */
  get state(): MeansState {
    return structuredClone(this.sums);
  }

  set state(state: MeansState) {
    this.sums = structuredClone(state);
  }
}
