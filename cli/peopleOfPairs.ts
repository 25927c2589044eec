import type {VerificationProtocol} from 'face-margins/data';

/**
 * The images of each person, as far as a protocol tells: images that matched pairs join, directly or by way of others, show one.
 * Those with the most images come first.
 */
export function peopleOfPairs({pairs, images}: VerificationProtocol): number[][] {
  const parent = Int32Array.from({length: images.length}, (_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]];
      at = parent[at];
    }
    return at;
  };
  for (const {a, b, same} of pairs) if (same) parent[root(a)] = root(b);
  const people = new Map<number, number[]>();
  for (let i = 0; i < images.length; i++) people.set(root(i), [...(people.get(root(i)) ?? []), i]);
  return [...people.values()].sort((a, b) => b.length - a.length);
}
