import {type Address, advance} from '../address';
import type {Heap} from '../heap';
import {split} from './piece';

/**
 * Lets `fill` write `parts` parts of `count` numbers each, and writes their sum, in order, to `out`. A single part is `out` itself.
 */
export function sumParts(
  heap: Heap,
  parts: number,
  count: number,
  out: Address,
  fill: (part: (index: number) => Address) => void,
): void {
  if (parts === 1) {
    fill(() => out);
    return;
  }
  heap.withScratch(parts * count, x => {
    fill(index => advance(x, 4 * count * index));
    // Whole cache lines, so that the sums of a line do not depend on where it is cut.
    const lines = split(Math.ceil(count / 16), 16 * parts).map(({first, count: many}) => ({
      first: 16 * first,
      columns: Math.min(count, 16 * (first + many)) - 16 * first,
    }));
    heap.run(
      'sumRows',
      lines.map(({first, columns}) => ({
        x: advance(x, 4 * first),
        out: advance(out, 4 * first),
        rows: parts,
        rowFloats: count,
        columns,
        scale: 1,
      })),
    );
  });
}
