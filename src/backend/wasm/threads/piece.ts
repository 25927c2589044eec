/** Pieces that work is cut into at most: enough for 16 threads to end at about the same time. */
export const MOST_PIECES = 32;

/** Numbers that a piece reads or writes at least: some 10 µs. */
const GRAIN = 1 << 15;

/** Some of the rows, images or channels of a job. */
export interface Piece {
  first: number;
  count: number;
}

/** How many pieces work of so many numbers is cut into. */
export function pieceCount(numbers: number, most = MOST_PIECES): number {
  return Math.max(1, Math.min(most, Math.floor(numbers / GRAIN)));
}

/** Cuts `total` into `pieces`, about equal and none empty. */
export function cut(total: number, pieces: number): Piece[] {
  const count = Math.min(pieces, total);
  const start = (i: number) => Math.floor((i * total) / count);
  return Array.from({length: count}, (_, i) => ({first: start(i), count: start(i + 1) - start(i)}));
}

/**
 * Cuts `total` rows, images or channels of so many numbers each. How depends on these sizes alone, and so does the rounding of sums that are
 * cut: results are the same to the bit on any number of threads.
 */
export function split(total: number, numbersEach: number, most = MOST_PIECES): Piece[] {
  return cut(total, pieceCount(total * numbersEach, most));
}
