import {check} from '../../base/check';
import {type Random, seededRandom, shuffle} from '../../base/random';

/** The indices of one pass, shuffled by seed and pass. */
export function shuffledOrder(count: number, seed: number, pass: number): Int32Array {
  return shuffle(
    Int32Array.from({length: count}, (_, i) => i),
    seededRandom(seed, pass),
  );
}

/**
 * The indices of one pass in which every group comes equally often: groups take turns, and each deals its images from a shuffled deck.
 *
 * A pass has as many images as there are. Images of a group that is smaller than its share come several times, and some of a larger
 * one wait for another pass.
 *
 * @param groups The group of each image, from 0.
 */
export function evenOrder(groups: Int32Array, seed: number, pass: number): Int32Array {
  const random = seededRandom(seed, pass);
  const packs = placesOfLabels(groups).map(places => pack(places, random));
  return groups.map((_, turn) => packs[turn % packs.length](1)[0]);
}

/** Batches of P identities with K images each. */
export interface IdentitySampling {
  /** P, the identities of a batch. */
  identities: number;
  /** K, the images of each. */
  images: number;
}

/**
 * The indices of one pass whose batches hold P identities with K images each, for triplet losses (P×K sampling,
 * Hermans, Beyer and Leibe, [arXiv 1703.07737](https://arxiv.org/abs/1703.07737)).
 *
 * Every identity comes equally often, regardless of its number of images. Identities are dealt from a shuffled deck, which is
 * reshuffled when fewer than P are left. The K images of an identity come from the identity's own deck, reshuffled when it runs out.
 * If an identity has fewer than K images, some come twice.
 *
 * With n images a pass has ⌊n / (P·K)⌋ batches, at least one.
 *
 * @param labels The identity of each image, from 0.
 * @param groups The group of each identity, from 0, where groups are to come equally often. Then each group has a deck, and groups take
 *   turns in giving an identity.
 * @throws If there are fewer than P identities, or a group has fewer than its share of P.
 */
export function balancedOrder(
  labels: Int32Array,
  {identities, images}: IdentitySampling,
  seed: number,
  pass: number,
  groups?: Int32Array,
): Int32Array {
  const random = seededRandom(seed, pass);
  const packs = placesOfLabels(labels).map(places => pack(places, random));
  check.between('batches', 'sample.identities', identities, 1, packs.length, ', the number of identities');
  const order = new Int32Array(balancedBatches(labels.length, {identities, images}) * identities * images);
  const deal = groups ? groupDecks(groups, identities, random) : oneDeck(packs.length, identities, random);
  for (let at = 0; at < order.length; ) {
    for (const person of deal()) {
      order.set(packs[person](images), at);
      at += images;
    }
  }
  return order;
}

/** Deals so many of all people at once from one deck, which is shuffled anew when too few are left. */
function oneDeck(count: number, identities: number, random: Random): () => Int32Array {
  const people = Int32Array.from({length: count}, (_, i) => i);
  let next = count;
  return () => {
    if (next + identities > count) {
      shuffle(people, random);
      next = 0;
    }
    next += identities;
    return people.subarray(next - identities, next);
  };
}

/** Deals so many people at once, each group in turn from its own deck. */
function groupDecks(groups: Int32Array, identities: number, random: Random): () => number[] {
  const members = placesOfLabels(groups);
  const most = Math.ceil(identities / members.length);
  const smallest = members.reduce((least, {length}) => Math.min(least, length), Infinity);
  if (smallest < most) {
    throw new Error(
      `batches: sample.identities must be at most ${smallest * members.length} with evenGroups, ${smallest} for each of ` +
        `${members.length} groups, but is ${identities}.`,
    );
  }
  const decks = members.map(people => pack(people, random));
  let turn = 0;
  return () => {
    const counts = new Int32Array(decks.length);
    for (let i = 0; i < identities; i++) counts[turn++ % decks.length]++;
    return decks.flatMap((deck, group) => deck(counts[group]));
  };
}

/** The number of batches in a pass of {@link balancedOrder}. */
export function balancedBatches(count: number, {identities, images}: IdentitySampling): number {
  check.count('batches', 'sample.identities', identities);
  check.count('batches', 'sample.images', images);
  return Math.max(1, Math.floor(count / (identities * images)));
}

/** The indices of the images of each label, in order. */
export function placesOfLabels(labels: ArrayLike<number>): number[][] {
  const places: number[][] = [];
  for (let i = 0; i < labels.length; i++) {
    places[labels[i]] ??= [];
    places[labels[i]].push(i);
  }
  return places;
}

/** Deals values in random order, each once before any repeats, and none twice in one deal if there are enough. */
function pack(values: number[], random: Random): (count: number) => number[] {
  let order = [...values];
  let next = order.length;
  return count => {
    const dealt: number[] = [];
    while (dealt.length < count) {
      if (next === order.length) {
        shuffle(order, random);
        // The values just dealt go to the bottom, so that none comes twice.
        const justDealt = new Set(dealt.slice(dealt.length - (dealt.length % order.length)));
        order = [
          ...order.filter(value => !justDealt.has(value)),
          ...order.filter(value => justDealt.has(value)),
        ];
        next = 0;
      }
      dealt.push(order[next++]);
    }
    return dealt;
  };
}
