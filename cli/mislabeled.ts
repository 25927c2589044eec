import {seededRandom, shuffle} from 'face-margins/data';

/** Labels of which some are wrong, and how many those are. */
export interface Mislabeled {
  labels: Int32Array;
  count: number;
}

/** A stream of the seed of its own, so that nothing else draws the same numbers. */
const stream = 13;

/**
 * The same labels, of which a part is replaced by another person's, drawn evenly among the others. Everyone keeps one image or more under their own
 * name. One seed gives the same labels.
 *
 * @throws If so many cannot be wrong while everyone keeps an image.
 */
export function mislabeled(labels: Int32Array, people: number, fraction: number, seed: number): Mislabeled {
  const random = seededRandom(seed, stream);
  const right = new Uint32Array(people);
  for (const label of labels) right[label]++;
  const count = Math.round(fraction * labels.length);
  const most = labels.length - people;
  if (count > most) {
    throw new Error(
      `--wrong-labels must be ${most / labels.length} or less, so that each of ${people} people keeps one of ${labels.length} images, but is ${fraction}.`,
    );
  }
  const wrong = labels.slice();
  let changed = 0;
  for (const place of shuffle([...labels.keys()], random)) {
    if (changed === count) break;
    const own = labels[place];
    if (right[own] === 1) continue;
    const other = Math.floor(random() * (people - 1));
    wrong[place] = other < own ? other : other + 1;
    right[own]--;
    changed++;
  }
  return {labels: wrong, count};
}
