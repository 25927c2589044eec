import {
  type ForgettingReason,
  type OnlineClustersData,
  type OnlineClustersOptions,
  type OnlineMerge,
  onlineClusters,
} from 'face-margins/cluster';
import {describe, expect, it} from 'vitest';
import {testRandom} from '../support/random';

/** A direction of the plane, in degrees. */
const at = (degrees: number) => [
  2 * Math.cos((degrees * Math.PI) / 180),
  2 * Math.sin((degrees * Math.PI) / 180),
];
const face = (degrees: number) => ({embedding: at(degrees)});

describe('onlineClusters', () => {
  it('gives a face to the most similar person, and makes a new one where none is similar enough', () => {
    const people = onlineClusters({threshold: 0.9});
    expect([0, 90, 20, 75, 45].map(degrees => people.add(face(degrees)))).toEqual([0, 1, 0, 1, 2]);
    expect(people.people.map(({id, count}) => [id, count])).toEqual([
      [0, 2],
      [1, 2],
      [2, 1],
    ]);
  });

  it('compares with the mean of a person’s faces, each of length 1', () => {
    const people = onlineClusters({threshold: Math.cos((11 * Math.PI) / 180), mergeThreshold: 1.01});
    people.add({embedding: at(0).map(value => 1e6 * value)});
    people.add(face(10));
    // 5 degrees is the mean: 15 is 10 from it, 17 is not within 11.
    expect([people.add(face(17)), people.add(face(15))]).toEqual([1, 1]);
    const others = onlineClusters({threshold: Math.cos((11 * Math.PI) / 180), mergeThreshold: 1.01});
    expect([0, 10, 15.5].map(degrees => others.add(face(degrees)))).toEqual([0, 0, 0]);
  });

  it('merges people whom a face between them brings together, tells so, and keeps the first id', () => {
    const merges: OnlineMerge[] = [];
    const people = onlineClusters({
      threshold: 0.9,
      mergeThreshold: 0.9,
      onMerge: merge => merges.push(merge),
    });
    expect([0, 30, 24].map(degrees => people.add(face(degrees)))).toEqual([0, 1, 1]);
    expect(people.add(face(16))).toBe(0);
    expect(merges).toEqual([{from: 1, into: 0}]);
    expect(people.people.map(({id, count}) => [id, count])).toEqual([[0, 4]]);
    expect(people.add(face(180))).toBe(2);
  });

  it('never takes two faces of one picture for one person, then or later', () => {
    const merges: OnlineMerge[] = [];
    const people = onlineClusters({
      threshold: 0.9,
      mergeThreshold: 0.9,
      onMerge: merge => merges.push(merge),
    });
    expect(people.add({...face(0), frame: 'a'})).toBe(0);
    expect(people.add({...face(1), frame: 'a'})).toBe(1);
    for (let i = 0; i < 40; i++) people.add(face(i % 2));
    expect(merges).toEqual([]);
    expect(people.people).toHaveLength(2);
  });

  it('takes all faces of a track for one person, through merges', () => {
    const people = onlineClusters({threshold: 0.9, mergeThreshold: 0.9});
    expect([
      people.add(face(0)),
      people.add({...face(30), tracklet: 7}),
      people.add({...face(170), tracklet: 7}),
    ]).toEqual([0, 1, 1]);
    expect(people.add({...face(300), tracklet: 8})).toBe(2);
    const joined = onlineClusters({threshold: 0.9, mergeThreshold: 0.9});
    joined.add(face(0));
    joined.add({...face(30), tracklet: 7});
    joined.add({...face(20), tracklet: 7});
    expect(joined.add({...face(15), tracklet: 7})).toBe(0);
    expect(joined.add({...face(180), tracklet: 7})).toBe(0);
  });

  it('lets nobody move faster than the limit, in either direction of time', () => {
    const people = onlineClusters({threshold: 0.9, speedLimit: 10});
    const sighting = (time: number, x: number) => people.add({...face(0), time, place: [x, 0]});
    expect([
      sighting(100, 0),
      sighting(110, 99),
      sighting(120, 300),
      sighting(90, 5),
      sighting(121, 299),
    ]).toEqual([0, 0, 1, 0, 1]);
  });

  it('asks rules, which the cosine does not outweigh', () => {
    const people = onlineClusters({
      threshold: 0.9,
      cannotLink: ({time}, person) => time === 1 && person.id === 0,
      mustLink: ({time}, person) => time === 2 && person.id === 1,
    });
    people.add(face(0));
    expect([people.add({...face(0), time: 1}), people.add({...face(180), time: 2})]).toEqual([1, 1]);
    // The next faces look like both: who was told apart is not merged by them.
    for (let i = 0; i < 5; i++) people.add(face(0));
    expect(people.people).toHaveLength(2);
  });

  it('adds the prior to the cosine, by time and distance from the last sighting', () => {
    const told: number[][] = [];
    const prior = (seconds: number, meters: number) => {
      told.push([seconds, meters]);
      return seconds < 60 ? 0.2 : 0;
    };
    const people = onlineClusters({threshold: 0.9, prior});
    people.add({...face(0), time: 0, place: [0, 0]});
    expect(people.add({...face(40), time: 100, place: [3, 4]})).toBe(1);
    expect(people.add({...face(-40), time: 10})).toBe(0);
    expect(told[0]).toEqual([100, 5]);
    expect(told[1]).toEqual([10, Number.NaN]);
  });

  it('forgets who is asked for, who is not seen, and who is one too many, and says so', () => {
    const forgotten: [number, ForgettingReason][] = [];
    const people = onlineClusters({
      threshold: 0.9,
      forgetAfter: 60,
      most: 2,
      onForget: (id, reason) => forgotten.push([id, reason]),
    });
    people.add({...face(0), time: 0});
    people.add({...face(90), time: 50});
    expect(people.add({...face(0), time: 61})).toBe(2);
    people.add({...face(180), time: 62});
    expect(people.forget(2)).toBe(true);
    expect(people.forget(2)).toBe(false);
    expect(forgotten).toEqual([
      [0, 'expired'],
      [1, 'full'],
      [2, 'asked'],
    ]);
    expect(people.people).toEqual([{id: 3, count: 1, time: 62}]);
    people.expire(1000);
    expect(people.people).toEqual([]);
    expect(people.add({...face(0), time: 1001})).toBe(4);
  });

  it('keeps nothing of an embedding in memory that is forgotten', () => {
    const people = onlineClusters({threshold: 0.9});
    people.add({embedding: [0.6, 0.8]});
    people.add({embedding: [-0.8, 0.6]});
    people.forget(0);
    const {sums} = (people as unknown as {store: {sums: Float32Array}}).store;
    expect(Array.from(sums).filter(value => value !== 0)).toEqual([Math.fround(-0.8), Math.fround(0.6)]);
    people.forget(1);
    expect(sums.every(value => value === 0)).toBe(true);
  });

  /** A stream of people who walk about, some pictures of two, tracks and times. */
  function visits(seed: number, count: number) {
    const random = testRandom(seed);
    const centers = Array.from({length: 12}, () => Array.from({length: 6}, () => random.normal()));
    return Array.from({length: count}, (_, i) => {
      const person = random.integer(12);
      return {
        embedding: centers[person].map(value => value + 0.4 * random.normal()),
        time: 10 * i,
        place: [random.uniform(0, 100), random.uniform(0, 100)],
        ...(i % 3 === 0 && {frame: Math.floor(i / 6)}),
        ...(i % 5 === 0 && {tracklet: `${person} ${Math.floor(i / 20)}`}),
      };
    });
  }

  it('goes on after JSON as if nothing had been', () => {
    const options: OnlineClustersOptions = {threshold: 0.6, speedLimit: 4, forgetAfter: 900, most: 9};
    const stream = visits(1, 200);
    for (const half of [0, 1, 100]) {
      const [whole, first] = [onlineClusters(options), onlineClusters(options)];
      const expected = stream.map(sighting => whole.add(sighting));
      const before = stream.slice(0, half).map(sighting => first.add(sighting));
      const second = onlineClusters(options, JSON.parse(JSON.stringify(first)));
      expect([...before, ...stream.slice(half).map(sighting => second.add(sighting))]).toEqual(expected);
      expect(JSON.stringify(second)).toBe(JSON.stringify(whole));
    }
  });

  it('does not grow with a stream that has no end', () => {
    const people = onlineClusters({threshold: 0.6, most: 20, forgetAfter: 500});
    const sizeAfter = (seed: number) => {
      for (const sighting of visits(seed, 500)) {
        people.add({...sighting, time: sighting.time + seed * 5000, tracklet: `${seed} ${sighting.time}`});
      }
      return JSON.stringify(people).length;
    };
    const early = sizeAfter(1);
    let late = 0;
    for (let seed = 2; seed < 8; seed++) late = sizeAfter(seed);
    expect(late).toBeLessThan(3 * early);
    const {personOfTracklet, apart} = people as unknown as {
      personOfTracklet: Map<string, unknown>;
      apart: {others: Map<number, unknown>};
    };
    expect(personOfTracklet.size).toBeLessThanOrEqual(20 * 16);
    expect(apart.others.size).toBeLessThanOrEqual(20);
  });

  it('refuses a face that is none, and leaves everything as it was', () => {
    const people = onlineClusters({threshold: 0.9});
    people.add(face(0));
    const before = JSON.stringify(people);
    for (const embedding of [[], [0, 0], [1, Number.NaN], [Infinity, 0]]) {
      expect(() => people.add({embedding})).toThrow(
        'add: embedding must hold finite numbers that are not all 0.',
      );
    }
    expect(() => people.add({embedding: [1, 2, 3]})).toThrow(
      'add: embedding must have 2 values, as those before, but has 3.',
    );
    expect(() => people.add({...face(0), time: Number.NaN})).toThrow(
      'add: time must be a finite number, but is NaN.',
    );
    expect(() => people.add({...face(0), place: [0, Infinity]})).toThrow('add: place[1] must be');
    expect(JSON.stringify(people)).toBe(before);
  });

  it('refuses options that cannot be, and data that is none', () => {
    expect(() => onlineClusters({threshold: 2})).toThrow(
      'onlineClusters: threshold must be a number from -1 to 1',
    );
    expect(() => onlineClusters({threshold: 0, speedLimit: 0})).toThrow('speedLimit must be');
    expect(() => onlineClusters({threshold: 0, most: 0})).toThrow('most must be');
    const people = onlineClusters({threshold: 0.9});
    people.add(face(0));
    const data = people.toJSON();
    const [person] = data.people;
    const bad: [unknown, string][] = [
      [{}, 'saved must have the format face-margins online clusters 1, but has undefined.'],
      [{...data, nextId: 0}, 'but people[0] has not'],
      [{...data, nextId: 2, people: [person, person]}, 'but people[1] has not'],
      [{...data, people: [{...person, sum: [1, null]}]}, 'but people[0] has not'],
      [{...data, dimension: -1}, 'saved must have a dimension'],
    ];
    for (const [saved, message] of bad) {
      expect(() => onlineClusters({threshold: 0.9}, saved as OnlineClustersData)).toThrow(message);
    }
  });
});
