import {addOuterProducts} from './outerProduct';
import {PANEL, pack, tile} from './panel';

/** Rows of the product computed from one packed block: as many numbers as a cache line holds. */
const BLOCK: i32 = 16;

/** Terms of each sum taken from the packed block at once: the block then fits in the first-level cache. */
const DEPTH: i32 = 256;

/** Numbers in the scratch of `matMulTransposeB`: one panel. */
export function matMulTransposeBScratch(depth: i32): i32 {
  return PANEL * depth;
}

/** out[m][n] = sum over k of a[m][k] * b[n][k], of `columns` columns; a row of `out` has `outColumns` of them. */
export function matMulTransposeB(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  outColumns: i32,
  depth: i32,
  scratch: usize,
): void {
  const depthBytes = (<usize>depth) << 2;
  const outRow = (<usize>outColumns) << 2;
  for (let column = 0; column < columns; column += PANEL) {
    const lanes = min(PANEL, columns - column);
    pack(b + <usize>column * depthBytes, depthBytes, lanes, depth, scratch);
    const to = out + ((<usize>column) << 2);
    for (let row = 0; row < rows; row += 4) {
      const r1 = min(row + 1, rows - 1);
      const r2 = min(row + 2, rows - 1);
      const r3 = min(row + 3, rows - 1);
      tile(
        a + <usize>row * depthBytes,
        a + <usize>r1 * depthBytes,
        a + <usize>r2 * depthBytes,
        a + <usize>r3 * depthBytes,
        1,
        0,
        depth,
        scratch,
        to + <usize>row * outRow,
        to + <usize>r1 * outRow,
        to + <usize>r2 * outRow,
        to + <usize>r3 * outRow,
        lanes,
      );
    }
  }
}

/** Numbers in the scratch of `matMulTransposeA`: the packed block, then four rows of the product. */
export function matMulTransposeAScratch(columns: i32): i32 {
  return BLOCK * DEPTH + 4 * columns;
}

/** out[m][n] = sum over k of a[k][m] * b[k][n], of `rows` rows; a row of `a` has `aColumns` numbers. */
export function matMulTransposeA(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  aColumns: i32,
  columns: i32,
  depth: i32,
  scratch: usize,
): void {
  const aRow = (<usize>aColumns) << 2;
  const outRow = (<usize>columns) << 2;
  const packedRow: usize = BLOCK << 2;
  const spare = scratch + ((<usize>(BLOCK * DEPTH)) << 2);
  for (let row = 0; row < rows; row += BLOCK) {
    const blockRows = min(BLOCK, rows - row);
    const blockBytes = (<usize>blockRows) << 2;
    const to = out + <usize>row * outRow;
    memory.fill(to, 0, <usize>blockRows * outRow);
    for (let start = 0; start < depth; start += DEPTH) {
      const terms = min(DEPTH, depth - start);
      let from = a + <usize>start * aRow + ((<usize>row) << 2);
      for (let k = 0; k < terms; k++) {
        memory.copy(scratch + <usize>k * packedRow, from, blockBytes);
        from += aRow;
      }
      const terms0 = b + <usize>start * outRow;
      const whole = blockRows & ~3;
      addOuterProducts(scratch, 0, packedRow, terms0, 0, outRow, 1, terms, to, whole, columns);
      if (whole < blockRows) {
        // Fewer than four rows are left: their neighbors in the block are stale and must not reach the product.
        const last = to + <usize>whole * outRow;
        const bytes = <usize>(blockRows - whole) * outRow;
        const rest = scratch + ((<usize>whole) << 2);
        memory.copy(spare, last, bytes);
        addOuterProducts(rest, 0, packedRow, terms0, 0, outRow, 1, terms, spare, 4, columns);
        memory.copy(last, spare, bytes);
      }
    }
  }
}
