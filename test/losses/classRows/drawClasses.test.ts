import {describe, expect, it} from 'vitest';
import {drawClasses} from '../../../src/losses/classRows/drawClasses';

const draw = (options: Partial<Parameters<typeof drawClasses>[0]> = {}) => ({
  classes: 1000,
  rate: 0.1,
  positives: [3, 999, 3, 500],
  seed: [1, 2],
  ...options,
});

describe('drawing classes', () => {
  it('gives as many as asked for, ascending, each once, those of the batch among them', () => {
    for (const rate of [0.01, 0.1, 0.5, 0.9, 0.999]) {
      const ids = [...drawClasses(draw({rate}), 0, 1000)];
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
      expect(ids).toEqual(expect.arrayContaining([3, 500, 999]));
      expect(Math.abs(ids.length - 1000 * rate)).toBeLessThanOrEqual(4);
    }
  });

  it('gives all classes at a rate of 1', () => {
    expect([...drawClasses(draw({rate: 1, classes: 5, positives: []}), 1, 4)]).toEqual([1, 2, 3]);
  });

  it.each([[7], [300], [100_003]])('gives processes that divide %i classes what one draws', classes => {
    const all = draw({classes, rate: 0.2, positives: [0, classes - 1, classes >> 1]});
    const whole = [...drawClasses(all, 0, classes)];
    for (const ranks of [2, 3, 5]) {
      const ends = Array.from({length: ranks + 1}, (_, rank) => Math.floor((classes * rank) / ranks));
      expect(ends.slice(1).flatMap((end, rank) => [...drawClasses(all, ends[rank], end)])).toEqual(whole);
    }
  });

  it('draws the same for the same seed, and others for another', () => {
    const ids = drawClasses(draw(), 0, 1000);
    expect(drawClasses(draw(), 0, 1000)).toEqual(ids);
    expect(drawClasses(draw({seed: [1, 3]}), 0, 1000)).not.toEqual(ids);
    expect(drawClasses(draw({seed: [2, 2]}), 0, 1000)).not.toEqual(ids);
  });

  it.each([[0.05], [0.7]])('draws each class as often as any other, at a rate of %f', rate => {
    const [classes, draws] = [90, 4000];
    const counts = new Array<number>(classes).fill(0);
    for (let i = 0; i < draws; i++) {
      for (const id of drawClasses({classes, rate, positives: [], seed: [7, i]}, 0, classes)) counts[id]++;
    }
    const deviation = Math.sqrt(draws * rate * (1 - rate));
    for (const count of counts) expect(Math.abs(count - draws * rate)).toBeLessThan(5 * deviation);
  });

  it('takes classes of a batch alone where they are more than asked for', () => {
    const positives = Array.from({length: 40}, (_, i) => 2 * i);
    const ids = drawClasses(draw({rate: 0.001, positives}), 0, 1000);
    expect(ids.length).toBeLessThanOrEqual(41);
    expect([...ids]).toEqual(expect.arrayContaining(positives));
  });
});
