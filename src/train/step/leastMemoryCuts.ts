/** How near to the least memory the search comes. */
const precision = 0.01;

/**
 * Where to cut a sequence, so that recomputing each part takes the least memory: all cuts up to a part are held when that is computed again,
 * with everything within it.
 *
 * @param sizes How much each step gives.
 * @param possible Behind which steps one may cut, ascending; what is held of the cut is taken for as much as the step gives.
 * @returns Behind which steps to cut.
 */
export function leastMemoryCuts(sizes: readonly number[], possible: readonly number[]): number[] {
  const end = sizes.length - 1;
  const places = [...possible.filter(place => place !== end), end];
  const sums = [0];
  for (const size of sizes) sums.push(sums[sums.length - 1] + size);

  /** The cuts that hold the least, of those with which no part takes more than a limit. */
  const cutsWithin = (limit: number): number[] | undefined => {
    const held = places.map(() => Infinity);
    const before = places.map(() => -1);
    for (const [i, place] of places.entries()) {
      for (let from = -1; from < i; from++) {
        const [begin, holds] = from < 0 ? [0, 0] : [places[from] + 1, held[from]];
        const takes = holds + sums[place + 1] - sums[begin];
        const total = holds + sizes[place];
        if (takes > limit || total >= held[i]) continue;
        held[i] = total;
        before[i] = from;
      }
    }
    if (held[places.length - 1] === Infinity) return undefined;
    const cuts: number[] = [];
    for (let i = before[places.length - 1]; i >= 0; i = before[i]) cuts.unshift(places[i]);
    return cuts;
  };

  let [low, high] = [0, sums[sizes.length]];
  let best: number[] = [];
  while (high - low > precision * high) {
    const middle = (low + high) / 2;
    const cuts = cutsWithin(middle);
    if (cuts) [best, high] = [cuts, middle];
    else low = middle;
  }
  return best;
}
