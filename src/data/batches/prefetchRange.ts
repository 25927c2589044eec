import {nextTask} from '../../base/nextTask';

/**
 * Makes things one after another, with the next few under way while the caller works on the last one.
 *
 * The event loop gets a turn before each, so that reading and decoding go on between steps that occupy this thread.
 *
 * @param from The first to make.
 * @param to Where to stop.
 * @param ahead How many to have under way.
 * @param make Starts one. What it gives must hold nothing that has to be freed: what is under way when the caller stops is
 *   dropped.
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
      // A failure is thrown when its turn comes; until then it must not count as unhandled.
      made.catch(() => undefined);
      underWay.push(made);
    }
    await nextTask();
    yield (await underWay.shift()) as T;
  }
}
