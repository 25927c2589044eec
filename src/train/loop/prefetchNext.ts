/** An item, and whether it is the last one, which is known only when the next has been asked for. */
export interface Ahead<T> {
  item: T;
  isLast(): Promise<boolean>;
}

/**
 * Asks for the next item while one is used, so that a loader works while the trainer computes.
 *
 * @param items Closed when the consumer stops early.
 * @param discard What to do with an item that nobody consumes.
 */
export async function* prefetchNext<T>(
  items: AsyncIterable<T>,
  discard: (item: T) => void,
): AsyncGenerator<Ahead<T>> {
  const iterator = items[Symbol.asyncIterator]();
  const ask = () => {
    const next = iterator.next();
    // The error is thrown when the item is consumed; until then nobody may be listening.
    next.catch(() => undefined);
    return next;
  };
  let next = ask();
  try {
    for (let current = await next; !current.done; current = await next) {
      next = ask();
      const following = next;
      yield {item: current.value, isLast: async () => (await following).done === true};
    }
  } finally {
    const unused = await next.catch(() => undefined);
    if (unused && !unused.done) discard(unused.value);
    await iterator.return?.();
  }
}
