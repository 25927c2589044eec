import {tile4x1, tile4x4, tile4x8} from './outerProduct';
import {PANEL, pack, tile} from './panel';

/** Rows of the product computed from one packed block: as many numbers as a cache line holds. */
const BLOCK: i32 = 16;

/** Terms of each sum taken from the packed block at once: the block then fits in the first-level cache. */
const DEPTH: i32 = 256;

/** out[m][n] = sum over k of a[m][k] * b[n][k]. `scratch` holds 8 * depth numbers. */
export function matMulTransposeB(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  scratch: usize,
): void {
  const depthBytes = (<usize>depth) << 2;
  const outRow = (<usize>columns) << 2;
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

/** Four rows of the product: sums[4][columns] += a[depth][4] transposed times b[depth][columns]. */
function addOuterProducts(a: usize, b: usize, bRow: usize, depth: i32, sums: usize, columns: i32): void {
  const aRow: usize = BLOCK << 2;
  const sumsRow = (<usize>columns) << 2;
  let n = 0;
  for (; n <= columns - 8; n += 8) {
    const at = (<usize>n) << 2;
    tile4x8(a, 0, aRow, b + at, 0, bRow, 1, depth, sums + at, sumsRow);
  }
  if (n <= columns - 4) {
    const at = (<usize>n) << 2;
    tile4x4(a, 0, aRow, b + at, 0, bRow, 1, depth, sums + at, sumsRow);
    n += 4;
  }
  for (; n < columns; n++) {
    const at = (<usize>n) << 2;
    tile4x1(a, 0, aRow, b + at, 0, bRow, 1, depth, sums + at, sumsRow);
  }
}

/** out[m][n] = sum over k of a[k][m] * b[k][n]. `scratch` holds 16 * 256 + 4 * columns numbers. */
export function matMulTransposeA(
  a: usize,
  b: usize,
  out: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  scratch: usize,
): void {
  const aRow = (<usize>rows) << 2;
  const outRow = (<usize>columns) << 2;
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
        memory.copy(scratch + <usize>k * (BLOCK << 2), from, blockBytes);
        from += aRow;
      }
      const terms0 = b + <usize>start * outRow;
      let group = 0;
      for (; group <= blockRows - 4; group += 4) {
        addOuterProducts(
          scratch + ((<usize>group) << 2),
          terms0,
          outRow,
          terms,
          to + <usize>group * outRow,
          columns,
        );
      }
      if (group < blockRows) {
        // Fewer than four rows are left: their neighbors in the block are stale and must not reach the product.
        const last = to + <usize>group * outRow;
        const bytes = <usize>(blockRows - group) * outRow;
        memory.copy(spare, last, bytes);
        addOuterProducts(scratch + ((<usize>group) << 2), terms0, outRow, terms, spare, columns);
        memory.copy(last, spare, bytes);
      }
    }
  }
}
