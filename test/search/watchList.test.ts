import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {tarAtFar} from '../../src/evaluate/verification/tarAtFar';
import {exactIndex} from '../../src/search/exactIndex';
import type {SearchIndex} from '../../src/search/searchIndex';
import {watchList} from '../../src/search/watchList';
import {watchListPlan} from '../../src/search/watchListPlan';
import {testRandom} from '../support/random';
import {someFaces} from './indexes';

beforeAll(() => useBackend('wasm'));

const collect = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
};

describe('watchList', () => {
  it('alerts of those on the list, in order, with what the capture carries', async () => {
    const ids = Array.from({length: 30}, (_, i) => `person ${i}`);
    // Two images of each.
    const {values} = someFaces(1, [...ids, ...ids], 64);
    const index = exactIndex({dimension: 64});
    await index.enroll(ids.slice(0, 10), {values: values.slice(0, 640), dimension: 64});
    const captures = ids.map((id, i) => ({id, embedding: values.slice(64 * (30 + i), 64 * (31 + i))}));
    const stranger = async function* () {
      yield* captures.reverse();
    };
    const alerts = await collect(watchList(stranger(), {index, threshold: 0.5, batchSize: 7}));
    expect(alerts.map(({capture}) => capture.id)).toEqual(ids.slice(0, 10).reverse());
    expect(alerts.map(({candidates: [{id}]}) => id)).toEqual(ids.slice(0, 10).reverse());
  });

  it('searches what comes together at once, and does not let one wait for the next', async () => {
    const sizes: number[] = [];
    const index = exactIndex({dimension: 1});
    await index.enroll('ann', {values: [1], dimension: 1});
    const counting: SearchIndex = Object.assign(Object.create(index), {
      dimension: 1,
      search: (...[probes, options]: Parameters<SearchIndex['search']>) => {
        sizes.push(probes.values.length);
        return index.search(probes, options);
      },
    });
    let release = () => {};
    const captures = async function* () {
      for (let i = 0; i < 10; i++) yield {embedding: [1]};
      await new Promise<void>(resolve => {
        release = resolve;
      });
      yield {embedding: [1]};
    };
    let alerts = 0;
    for await (const _ of watchList(captures(), {
      index: counting,
      threshold: 0.5,
      batchSize: 8,
      patience: 20,
    })) {
      alerts++;
      // The last capture comes only once the ten before it have alerted.
      if (alerts === 10) release();
    }
    expect([alerts, sizes]).toEqual([11, [8, 2, 1]]);
  });

  it('closes its source when nobody takes alerts any more', async () => {
    let isClosed = false;
    const captures = async function* () {
      try {
        for (;;) yield {embedding: [1]};
      } finally {
        isClosed = true;
      }
    };
    const index = exactIndex({dimension: 1});
    await index.enroll('ann', {values: [1], dimension: 1});
    for await (const {candidates} of watchList(captures(), {index, threshold: 0.5})) {
      expect(candidates).toHaveLength(1);
      break;
    }
    expect(isClosed).toBe(true);
  });

  it('throws what its source throws, and names a wrong capture', async () => {
    const index = exactIndex({dimension: 1});
    const failing = async function* () {
      yield {embedding: [1]};
      throw new Error('the camera is off');
    };
    await expect(collect(watchList(failing(), {index, threshold: 0.5}))).rejects.toThrow('the camera is off');
    await expect(
      collect(watchList([{embedding: [1]}, {embedding: [1, 2]}], {index, threshold: 0.5})),
    ).rejects.toThrow('watchList: capture 1 must have an embedding of dimension 1, but has 2.');
    await expect(collect(watchList([], {index, threshold: 2}))).rejects.toThrow('threshold must be a number');
  });
});

describe('watchListPlan', () => {
  it('chooses the threshold for the false alarms of a day', () => {
    const random = testRandom(3);
    const same = Array.from({length: 40_000}, (_, i) => i % 4 === 0);
    const scores = same.map(genuine => (genuine ? random.uniform(0.2, 1) : random.uniform(-0.4, 0.4)));
    const plan = watchListPlan(
      {scores, same},
      {
        cameras: 100,
        capturesADay: 10_000,
        people: 100_000,
        falseAlarmsADay: 1e9,
        presentADay: 500,
      },
    );
    const [expected] = tarAtFar({scores, same}, [0.01], {interpolation: 'floor'});
    expect(plan.comparisonsADay).toBe(1e11);
    expect([plan.far, plan.threshold, plan.found]).toEqual([0.01, expected.threshold, expected.tar]);
    expect(plan.falseAlarmsADay).toBeCloseTo(1e9, -1);
    expect(plan.foundADay).toBeCloseTo(500 * expected.tar, 9);
    expect(plan.alertsADay).toBeCloseTo(1e9 + 500 * expected.tar, -1);
    expect(plan.warning).toBeUndefined();
  });

  it('says where the pairs do not tell', () => {
    const plan = watchListPlan(
      {scores: [0.9, 0.1], same: [1, 0]},
      {cameras: 100, capturesADay: 10_000, people: 100_000, falseAlarmsADay: 100},
    );
    expect(plan.far).toBe(1e-9);
    expect(plan.warning).toContain('FAR 1e-9 of 1 impostor pairs is 1e-9 false accepts');
    expect(plan.warning).toContain('allPairsScores of 141422 images');
  });
});
