/** Measures the speed of training, without pauses. */
export class Stopwatch {
  /** When it was last started; undefined while it is paused. */
  private since: number | undefined = performance.now();
  private lap = 0;
  private total = 0;
  private steps = 0;
  private images = 0;

  /** Counts a step. */
  step(images: number): void {
    this.steps++;
    this.images += images;
  }

  pause(): void {
    if (this.since !== undefined) this.lap += performance.now() - this.since;
    this.since = undefined;
  }

  resume(): void {
    this.since = performance.now();
  }

  /** Images a second since the last call. Call it while paused. */
  takeRate(): number {
    const rate = (1000 * this.images) / Math.max(this.lap, 1e-3);
    this.total += this.lap;
    this.lap = 0;
    this.images = 0;
    return rate;
  }

  /** Estimated seconds for more steps, at the mean speed so far. */
  secondsFor(steps: number): number {
    return (steps * this.total) / Math.max(1, this.steps) / 1000;
  }
}
