import {check} from '../../base/check';
import {checkIds} from '../../base/checkIds';
import {checkOptions} from '../../base/checkOptions';
import {consecutiveFolds} from '../../base/consecutiveFolds';
import {type Random, seededRandom, shuffle} from '../../base/random';
import type {VerificationPair} from '../../formats/verificationPair';
import type {VerificationProtocol} from './verificationProtocol';

/** Options of {@link samplePairs}. */
export interface SamplePairsOptions {
  /** The number of pairs. Half of them show one person. */
  count: number;
  /** The number of folds. Default 10, as in LFW, or the number of pairs if that is smaller. */
  folds?: number;
  /** Seed of the selection. Default 1. */
  seed?: number;
}

/**
 * Draws verification pairs: half genuine, half impostor, none twice, in mixed order.
 *
 * Identities are dealt from a shuffled deck, so that people with many images do not dominate.
 *
 * @param labels The identity of each image, any whole number.
 * @throws If a label is not a whole number, or the images have fewer pairs than requested, or no genuine or no impostor pair.
 */
export function samplePairs(
  labels: ArrayLike<number>,
  options: SamplePairsOptions,
): Pick<VerificationProtocol, 'pairs' | 'folds'> {
  checkOptions('pairs', options, {count: true, folds: true, seed: true});
  const {count, folds = Math.min(10, count), seed = 1} = options;
  const people = placesOfPeople(labels);
  const several = people.filter(places => places.length > 1);
  const same = several.reduce((sum, {length}) => sum + (length * (length - 1)) / 2, 0);
  const different = (labels.length * (labels.length - 1)) / 2 - same;
  if (different === 0) {
    throw new Error(
      `pairs: images must be of two identities at least, but they are of ${people.length}: add people.`,
    );
  }
  if (same === 0) {
    throw new Error(
      `pairs: images must show some person twice, but each of the ${people.length} identities has one image only: add images.`,
    );
  }
  check.count('pairs', 'count', count);
  check.count('pairs', 'folds', folds);
  check.between('pairs', 'folds', folds, 1, count, ', the number of pairs');
  const matched = Math.ceil(count / 2);
  if (matched > same || count - matched > different) {
    throw new Error(
      `pairs: count must be at most ${2 * Math.min(same, different)} for these images, of which there are ` +
        `${same} pairs of one person and ${different} of two, but is ${count}.`,
    );
  }
  const random = seededRandom(seed);
  const pairs = shuffle(
    [
      ...distinct(matched, random, several, places => twoOf(places, random)),
      ...distinct(count - matched, random, people, (places, other) => [
        one(places, random),
        one(other, random),
      ]),
    ].map(([a, b]) => ({a, b, same: labels[a] === labels[b]})),
    random,
  );
  const fold = consecutiveFolds(count, folds);
  return {pairs: pairs.map((pair, i): VerificationPair => ({...pair, fold: fold[i]})), folds};
}

/** The indices of each person's images, in the order of labels. */
function placesOfPeople(labels: ArrayLike<number>): number[][] {
  checkIds('pairs', 'labels', labels);
  const places = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) {
    const own = places.get(labels[i]) ?? [];
    own.push(i);
    places.set(labels[i], own);
  }
  return [...places].sort(([one], [other]) => one - other).map(([, own]) => own);
}

type Draw = (places: number[], other: number[]) => [number, number];

function distinct(count: number, random: Random, people: number[][], draw: Draw): [number, number][] {
  const found = new Map<string, [number, number]>();
  const order = [...people];
  for (let next = order.length; found.size < count; next++) {
    if (next >= order.length) {
      shuffle(order, random);
      next = 0;
    }
    const other = order[(next + 1 + Math.floor(random() * (order.length - 1))) % order.length];
    const [a, b] = draw(order[next], other);
    found.set(a < b ? `${a} ${b}` : `${b} ${a}`, [a, b]);
  }
  return [...found.values()];
}

const one = (places: number[], random: Random) => places[Math.floor(random() * places.length)];

function twoOf(places: number[], random: Random): [number, number] {
  const first = Math.floor(random() * places.length);
  const second = (first + 1 + Math.floor(random() * (places.length - 1))) % places.length;
  return [places[first], places[second]];
}
