import type {NetworkScale} from '../finding/networkScale';
import {peopleCurve} from '../people/peopleCurve';
import {byId} from './byId';

/** The slider over the tree of merges, with the number of people that each place of it would give. */
export class ThresholdSlider {
  private readonly input = byId<HTMLInputElement>('threshold');
  private scale: NetworkScale;
  private frame = 0;

  constructor(scale: NetworkScale, onMove: (cosine: number) => void) {
    this.scale = scale;
    this.use(scale);
    this.input.addEventListener('input', () => {
      this.write();
      this.frame ||= requestAnimationFrame(() => {
        this.frame = 0;
        onMove(this.value);
      });
    });
  }

  get value(): number {
    return Number(this.input.value);
  }

  /** Takes the scale of another network. */
  use(scale: NetworkScale): void {
    this.scale = scale;
    const {min, max, step, threshold} = scale;
    Object.assign(this.input, {min: String(min), max: String(max), step: String(step)});
    this.input.value = String(threshold);
    this.write();
  }

  /** Moves by some steps, as keys do. */
  nudge(steps: number): void {
    this.input.value = String(this.value + steps * this.scale.step);
    this.input.dispatchEvent(new Event('input'));
  }

  /** Draws how many people each place would give. */
  draw(merges: ArrayLike<number>): void {
    const {min, max} = this.scale;
    const heights = peopleCurve(merges, {min, max, points: 81});
    const line = heights
      .map((part, i) => `L${((100 * i) / (heights.length - 1)).toFixed(2)} ${(24 - 23 * part).toFixed(2)}`)
      .join('');
    byId('curve').querySelector('path')?.setAttribute('d', `M0 24${line}L100 24Z`);
  }

  private write(): void {
    const text = this.value.toFixed(3);
    byId('threshold-value').textContent = `cosine ${text}`;
    this.input.setAttribute('aria-valuetext', `cosine ${text}`);
  }
}
