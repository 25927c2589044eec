import {describe, expect, it} from 'vitest';
import {prefetchNext} from '../../../src/train/loop/prefetchNext';

/** Numbers from 1 on, and whether whoever takes them has closed the source. */
function numbers(count: number, failsAt = Infinity) {
  const source = {
    closed: 0,
    async *items() {
      try {
        for (let i = 1; i <= count; i++) {
          if (i === failsAt) throw new Error(`no ${i}`);
          yield i;
        }
      } finally {
        source.closed++;
      }
    },
  };
  return source;
}

describe('prefetchNext', () => {
  it('discards the item that was asked for and not taken, and closes the source', async () => {
    const [source, discarded] = [numbers(5), [] as number[]];
    for await (const {item} of prefetchNext(source.items(), left => void discarded.push(left)))
      if (item === 2) break;
    expect(discarded).toEqual([3]);
    expect(source.closed).toBe(1);
  });

  it('discards nothing where all is taken, or the taker stops at the last', async () => {
    for (const stop of [3, Infinity]) {
      const [source, discarded, taken] = [numbers(3), [] as number[], [] as number[]];
      for await (const {item} of prefetchNext(source.items(), left => void discarded.push(left))) {
        taken.push(item);
        if (item === stop) break;
      }
      expect([taken, discarded, source.closed]).toEqual([[1, 2, 3], [], 1]);
    }
  });

  it('throws an error of the source when its item is taken, not before', async () => {
    const [source, taken] = [numbers(5, 3), [] as number[]];
    const run = async () => {
      for await (const {item} of prefetchNext(source.items(), () => undefined)) {
        // An error of an item that nobody waits for would end the process here.
        await new Promise(resolve => setTimeout(resolve));
        taken.push(item);
      }
    };
    await expect(run()).rejects.toThrow('no 3');
    expect(taken).toEqual([1, 2]);
  });

  it('is closed without a word where the next item fails and the taker has stopped', async () => {
    const source = numbers(5, 2);
    for await (const {item} of prefetchNext(source.items(), () => undefined)) if (item === 1) break;
    expect(source.closed).toBe(1);
  });

  it('takes a source that cannot be closed', async () => {
    let i = 0;
    const items = {[Symbol.asyncIterator]: () => ({next: async () => ({done: false, value: ++i})})};
    for await (const {item} of prefetchNext(items as AsyncIterable<number>, () => undefined))
      if (item === 2) break;
    expect(i).toBe(3);
  });
});
