import {readFile} from 'node:fs/promises';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {prefetchRange} from '../../../src/data/batches/prefetchRange';

afterEach(() => {
  vi.useRealTimers();
});

describe('prefetched', () => {
  it('waits for no timer, which hidden tabs slow down', async () => {
    vi.useFakeTimers();
    const given: number[] = [];
    for await (const value of prefetchRange(0, 3, 1, async index => index)) given.push(value);
    expect(given).toEqual([0, 1, 2]);
  });

  it('lets files be read between steps that occupy the thread', async () => {
    let isRead = false;
    void readFile(new URL(import.meta.url)).then(() => {
      isRead = true;
    });
    let steps = 0;
    for await (const _ of prefetchRange(0, 100, 1, async index => index)) {
      if (isRead) break;
      const start = performance.now();
      while (performance.now() < start + 5);
      steps++;
    }
    expect(steps).toBeLessThan(100);
  });

  it('has the next ones under way, no more than asked for, and gives all in their order', async () => {
    const started: number[] = [];
    const make = async (index: number) => {
      started.push(index);
      return 10 * index;
    };
    const given: number[] = [];
    const startedBy: number[] = [];
    for await (const value of prefetchRange(2, 7, 2, make)) {
      given.push(value);
      startedBy.push(started.length);
    }
    expect(given).toEqual([20, 30, 40, 50, 60]);
    expect(started).toEqual([2, 3, 4, 5, 6]);
    // The one given and two more, until none is left.
    expect(startedBy).toEqual([3, 4, 5, 5, 5]);
  });

  it('throws a failure when its turn comes', async () => {
    const make = async (index: number) => {
      if (index === 1) throw new Error('one is broken');
      return index;
    };
    const given: number[] = [];
    const all = async () => {
      for await (const value of prefetchRange(0, 3, 3, make)) given.push(value);
    };
    await expect(all()).rejects.toThrow('one is broken');
    expect(given).toEqual([0]);
  });
});
