/** Measures how fast training is, without what it waits for between. */
export class Stopwatch {
  /** When it was last started; nothing while it stands still. */
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

  /** Images a second since the last call; while it stands still. */
  takeRate(): number {
    const rate = (1000 * this.images) / Math.max(this.lap, 1e-3);
    this.total += this.lap;
    this.lap = 0;
    this.images = 0;
    return rate;
  }

  /** Seconds that so many more steps will take, if they take as long as those before. */
  secondsFor(steps: number): number {
    return (steps * this.total) / Math.max(1, this.steps) / 1000;
  }
}
