import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {Stopwatch} from '../../../src/train/loop/stopwatch';

describe('Stopwatch', () => {
  let now = 1000;
  beforeEach(() => {
    vi.spyOn(performance, 'now').mockImplementation(() => now);
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('counts the images of a second that is not paused, since it was last asked', () => {
    const watch = new Stopwatch();
    now += 500;
    watch.step(20);
    watch.pause();
    // Neither validation nor a second pause counts.
    now += 10_000;
    watch.pause();
    expect(watch.takeRate()).toBeCloseTo(40, 9);
    watch.resume();
    now += 250;
    watch.step(6);
    watch.step(4);
    watch.pause();
    expect(watch.takeRate()).toBeCloseTo(40, 9);
  });

  it('tells what is left by the steps so far', () => {
    const watch = new Stopwatch();
    expect(watch.secondsFor(10)).toBe(0);
    for (const seconds of [1, 3]) {
      watch.resume();
      now += 1000 * seconds;
      watch.step(8);
      watch.pause();
      watch.takeRate();
    }
    expect(watch.secondsFor(10)).toBeCloseTo(20, 9);
    expect(watch.secondsFor(0)).toBe(0);
  });

  it('has a finite rate where no time has passed', () => {
    const watch = new Stopwatch();
    watch.step(2);
    watch.pause();
    expect(watch.takeRate()).toBe(2_000_000);
  });
});
