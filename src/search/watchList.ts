import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import type {Candidate, SearchIndex} from './searchIndex';

/** A face that a camera saw; it may carry more, such as the camera and the time. */
export interface Capture {
  /** The embedding of the face, of the index' dimension. */
  embedding: ArrayLike<number>;
}

/** A capture that resembles somebody on the list. */
export interface Alert<Seen extends Capture = Capture> {
  /** The capture, as it came. */
  capture: Seen;
  /** Those it resembles, the nearest first. */
  candidates: Candidate[];
}

/** Options of {@link watchList}. */
export interface WatchListOptions {
  /** Who is looked for. */
  index: SearchIndex;
  /** The lowest cosine that alerts, such as of {@link watchListPlan}. */
  threshold: number;
  /** The most candidates of an alert. Default: 1. */
  top?: number;
  /** Only people enrolled in one of these groups. Default: all. */
  groups?: readonly string[];
  /** The most captures that are searched at once. Default: 64. */
  batchSize?: number;
  /** The longest that a capture waits for others, in milliseconds. Default: 50. */
  patience?: number;
}

/**
 * Watches a stream of captures for people of a list: yields an alert for each capture that somebody on the list resembles enough, in the order of the
 * captures.
 *
 * Captures that come close together are searched at once, which takes less time each. People may be enrolled and removed meanwhile. The next captures
 * are asked for only when alerts are taken: a stream that cannot keep up slows its source.
 *
 * @param captures The captures.
 * @param options The list and the threshold.
 * @throws If a capture has another dimension or a value that is not finite, or an option is out of range.
 *
 * @example
 * ```js
 * import {exactIndex} from 'face-margins/search';
 *
 * const index = exactIndex({dimension: 2});
 * await index.enroll('ann', {values: [1, 0], dimension: 2});
 * const seen = [{embedding: [0.9, 0.1], camera: 3}, {embedding: [0, 1], camera: 7}];
 * for await (const {capture, candidates} of watchList(seen, {index, threshold: 0.5})) {
 *   capture.camera;      // 3
 *   candidates.length;   // 1
 * }
 * ```
 */
export async function* watchList<Seen extends Capture>(
  captures: Iterable<Seen> | AsyncIterable<Seen>,
  options: WatchListOptions,
): AsyncGenerator<Alert<Seen>> {
  const where = 'watchList';
  checkOptions(where, options, {
    index: true,
    threshold: true,
    top: true,
    groups: true,
    batchSize: true,
    patience: true,
  });
  const {index, threshold, top = 1, groups, batchSize = 64, patience = 50} = options;
  check.between(where, 'threshold', threshold, -1, 1);
  check.count(where, 'batchSize', batchSize);
  check.notNegative(where, 'patience', patience);
  const {dimension} = index;
  let seen = 0;
  for await (const batch of batches(captures, batchSize, patience)) {
    const values = new Float32Array(batch.length * dimension);
    batch.forEach(({embedding}, i) => {
      if (embedding.length !== dimension) {
        throw new Error(
          `${where}: capture ${seen + i} must have an embedding of dimension ${dimension}, but has ${embedding.length}.`,
        );
      }
      values.set(embedding, i * dimension);
    });
    const found = await index.search({values, dimension}, {top, threshold, groups});
    seen += batch.length;
    for (const [i, candidates] of found.entries()) {
      if (candidates.length > 0) yield {capture: batch[i], candidates};
    }
  }
}

/** Values that come close together, at most `size` at once; the first waits no longer than `patience` milliseconds. */
async function* batches<Value>(
  values: Iterable<Value> | AsyncIterable<Value>,
  size: number,
  patience: number,
): AsyncGenerator<Value[]> {
  const source = Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
  let next = Promise.resolve(source.next());
  let isDone = false;
  try {
    for (;;) {
      const first = await next;
      isDone = first.done === true;
      if (first.done) return;
      const batch = [first.value];
      next = Promise.resolve(source.next());
      let timer: ReturnType<typeof setTimeout> | undefined;
      const late = new Promise<undefined>(resolve => {
        timer = setTimeout(() => resolve(undefined), patience);
      });
      while (batch.length < size) {
        const more = await Promise.race([next, late]);
        if (more === undefined || more.done) break;
        batch.push(more.value);
        next = Promise.resolve(source.next());
      }
      clearTimeout(timer);
      // A failure of the source belongs to whoever waits for the next batch.
      next.catch(() => undefined);
      yield batch;
    }
  } finally {
    if (!isDone) await source.return?.();
  }
}
