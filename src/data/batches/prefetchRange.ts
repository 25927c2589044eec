import {nextTask} from '../../base/nextTask';

/**
 * Makes items in order, and starts the next few while the caller uses the current one.
 *
 * It yields to the event loop before each item, so that reading and decoding continue between steps that occupy this thread.
 *
 * @param from The first item.
 * @param to The end, exclusive.
 * @param ahead The number of items started ahead.
 * @param make Starts an item. Items must not need disposal: those in progress when the caller stops are dropped.
 */
export async function* prefetchRange<T>(
  from: number,
  to: number,
  ahead: number,
  make: (index: number) => Promise<T>,
): AsyncGenerator<T> {
  const underWay: Promise<T>[] = [];
  let next = from;
  for (let i = from; i < to; i++) {
    for (; next < to && next <= i + ahead; next++) {
      const made = make(next);
      // A failure is thrown in its turn; until then it must not count as unhandled.
      made.catch(() => undefined);
      underWay.push(made);
    }
    await nextTask();
    yield (await underWay.shift()) as T;
  }
}
