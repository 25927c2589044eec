import type * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../../base/collective';
import {gatherLabels} from '../../ops/collective/gatherLabels';
import type {ClassShard} from '../../ops/margin/classShard';
import {type Schedule, scheduleAt} from '../../schedules/schedule';
import type {DrawnRows, SampledClasses, SampledClassesOptions} from '../classRows/sampledClasses';

/** Neighboring classes. */
export interface ClassRange {
  /** The id of the first one. */
  first: number;
  /** How many there are. */
  count: number;
}

/** How the steps of a head draw classes; `sharded` brings it, so that heads that draw none do not carry it. */
export interface ClassSampling {
  /** The part of the classes that a step draws, above 0 and up to 1, or a schedule of it. */
  rate: number | Schedule;
  /** Makes the rows and what draws from them. */
  make(options: SampledClassesOptions): SampledClasses;
}

/** Which classes of a head a process has, and which of those a step has drawn. */
export class ClassShare {
  private whole: ClassShard | undefined;
  private sampling: ClassSampling | undefined;
  private sampled: SampledClasses | undefined;
  private calls = 0;

  /**
   * @param where The head, in messages.
   * @param classes How many classes it has.
   */
  constructor(
    private readonly where: string,
    private readonly classes: number,
  ) {}

  /**
   * Takes a share of the classes.
   *
   * @param collective The processes that have the others.
   * @param sampling How to draw classes. Default: all are used.
   */
  take(collective: Collective, sampling: ClassSampling | undefined): void {
    const {classes} = this;
    const {rank, size} = collective;
    this.sampling = sampling;
    if (size === 1 && sampling === undefined) return;
    this.whole = {collective, classes, first: Math.floor((classes * rank) / size)};
  }

  /** The processes that share the classes. */
  get collective(): Collective | undefined {
    return this.whole?.collective;
  }

  /** The classes of this process. */
  get range(): ClassRange {
    const {classes, whole} = this;
    if (whole === undefined) return {first: 0, count: classes};
    const {rank, size} = whole.collective;
    return {first: whole.first, count: Math.floor((classes * (rank + 1)) / size) - whole.first};
  }

  /** The part of the classes that each step draws; nothing where all are used. */
  get rate(): number | Schedule | undefined {
    return this.sampling?.rate;
  }

  /** Whether rows are in the host's memory, of which steps draw some. */
  get hasRows(): boolean {
    return this.sampled !== undefined;
  }

  /** Whether the classes of a step are known: all, or those that are drawn. */
  get isDrawn(): boolean {
    return this.sampling === undefined || this.sampled?.current !== undefined;
  }

  /** Whose weights this process has at present, where they are not those of all classes. */
  get shard(): ClassShard | undefined {
    const {whole, sampled} = this;
    return whole && sampled ? sampled.shardIn(whole) : whole;
  }

  /** Makes the rows that steps draw from. */
  makeRows(options: Pick<SampledClassesOptions, 'dimension' | 'subCenters' | 'seed'>): void {
    this.sampled = this.sampling?.make({classes: this.classes, ...this.range, ...options});
  }

  /** The key of a call's random draws, which all processes make alike; nothing where there is no other process and no draw. */
  nextKey(): string | undefined {
    return this.whole && String(this.calls++);
  }

  /** Draws the classes of a step, those of the batch of all processes among them. */
  draw(labels: tf.Tensor1D, iteration: number, key: string): tf.Variable<tf.Rank.R2> {
    const {rows, collective} = this;
    const rate = scheduleAt(this.rate as number | Schedule, iteration);
    return rows.draw(gatherLabels(labels, collective), rate, key);
  }

  /** Lets go of the rows that are drawn. */
  release(): void {
    this.sampled?.release();
  }

  /**
   * What steps draw from.
   *
   * @throws If they draw nothing, or the head is not built yet.
   */
  get rows(): SampledClasses {
    if (this.sampled) return this.sampled;
    const what =
      this.sampling === undefined
        ? 'draws no classes; see the option sample of sharded'
        : 'has no rows before it is built';
    throw new Error(`${this.where}: ${what}.`);
  }

  /**
   * What is drawn.
   *
   * @throws If nothing is.
   */
  get drawn(): DrawnRows {
    const {current} = this.sampled ?? {};
    if (current) return current;
    throw new Error(
      `${this.where}: classes must be drawn first, but are not: this head has rows in the host's memory, of which each step draws some.`,
    );
  }
}
