import * as tf from '@tensorflow/tfjs-core';
import type {ClassShard, DrawnClasses} from '../../ops/margin/classShard';
import {ClassRows, type ClassRowsOptions, WEIGHTS} from './classRows';
import {drawClasses} from './drawClasses';

/** The classes of a head of which each step draws some. */
export interface SampledClassesOptions extends Omit<ClassRowsOptions, 'width'> {
  /** How many classes all processes have together. */
  classes: number;
  /** The length of a row. */
  dimension: number;
  /** The rows of a class. */
  subCenters: number;
}

/** The rows that a step has drawn. */
export interface DrawnRows extends DrawnClasses {
  /** The rows, `[drawn · sub-centers, D]`. */
  variable: tf.Variable<tf.Rank.R2>;
}

/** A change of tensors of one shape: the weights, and what an optimizer remembers of them by name. */
export type RowsUpdate = (
  weights: tf.Tensor,
  slots: Record<string, tf.Tensor>,
) => {
  /** The new weights. */
  value: tf.Tensor;
  /** What to remember. */
  slots: Record<string, tf.Tensor>;
};

/** FNV-1a: whole numbers name generators, and texts name calls. */
function numberOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Class weights of which each step uses some, drawn from rows in the host's memory. */
export class SampledClasses {
  /** The rows of all classes of this process. */
  readonly rows: ClassRows;
  private drawn: DrawnRows | undefined;

  constructor(private readonly options: SampledClassesOptions) {
    const {first, count, seed, dimension, subCenters} = options;
    this.rows = new ClassRows({first, count, seed, width: dimension * subCenters});
  }

  /** The classes that are drawn, if any are. */
  get current(): DrawnRows | undefined {
    return this.drawn;
  }

  /** What there is to be known of the drawn classes, beside those of other processes. */
  shardIn(whole: ClassShard): ClassShard {
    const {drawn} = this;
    return drawn === undefined ? whole : {...whole, drawn: {ids: drawn.ids, places: drawn.places}};
  }

  /**
   * Draws classes, and makes a variable of their rows.
   *
   * @param positives The ids of the batch, of all processes.
   * @param rate The part of the classes to draw.
   * @param key Names the draw.
   */
  draw(positives: Iterable<number>, rate: number, key: string): tf.Variable<tf.Rank.R2> {
    this.release();
    const {classes, first, count, seed, dimension, subCenters} = this.options;
    const draw = {classes, rate, positives, seed: [seed, numberOf(key)]};
    const found = drawClasses(draw, first, first + count);
    // A matrix without rows has no largest logit.
    const ids = found.length > 0 ? found : Int32Array.of(first);
    const values = tf.tensor2d(this.rows.read(WEIGHTS, ids), [ids.length * subCenters, dimension]);
    const variable = tf.variable(values) as tf.Variable<tf.Rank.R2>;
    values.dispose();
    const places = new Map<number, number>();
    ids.forEach((id, place) => {
      places.set(id, place);
    });
    this.drawn = {ids, places, variable};
    return variable;
  }

  /** Changes the rows that are drawn, and what is remembered of them, all of it or nothing. */
  update(slots: Readonly<Record<string, number>>, change: RowsUpdate): void {
    const {drawn, rows} = this;
    if (drawn === undefined) throw new Error('update: classes must be drawn first, but are not.');
    const {ids, variable} = drawn;
    for (const [name, initial] of Object.entries(slots)) rows.add(name, initial);
    tf.tidy(() => {
      const kept = Object.keys(slots).map(name => [name, tf.tensor(rows.read(name, ids), variable.shape)]);
      const {value, slots: next} = change(variable, Object.fromEntries(kept));
      const values = Object.entries({...next, [WEIGHTS]: value}).map(
        ([name, tensor]) => [name, tensor.dataSync() as Float32Array] as const,
      );
      for (const [name, numbers] of values) rows.write(name, ids, numbers);
      variable.assign(value as tf.Tensor2D);
    });
  }

  /** Lets go of the rows that are drawn. */
  release(): void {
    this.drawn?.variable.dispose();
    this.drawn = undefined;
  }
}
