import {endingOf} from './ending';
import {addOuterProducts} from './outerProduct';
import {PANEL, PIXELS, pack, packColumns, tile} from './panel';

/** Rows of the product computed from one packed block: as many numbers as a cache line holds. */
const BLOCK: i32 = 16;

/** Terms of each sum taken from the packed block at once: the block then fits in the first-level cache. */
const DEPTH: i32 = 256;

/** Bytes of the rows of `a` taken together: they stay in the first-level cache while all panels pass. */
const ROWS_BYTES: i32 = 16 << 10;

/** out[row][lane] = sum over k of a[row][k] * panel[k][lane], of one panel. */
function multiplyPanel(
  a: usize,
  panel: usize,
  out: usize,
  rows: i32,
  depth: i32,
  outRow: usize,
  lanes: i32,
  ending: usize,
  beside: usize,
): void {
  const aRow = (<usize>depth) << 2;
  for (let row = 0; row < rows; ) {
    // biome-ignore format: one line
    row = tile(row, rows - 1, rows, a, 0, aRow, 1, 0, depth, panel, out, 0, outRow, lanes, ending, beside);
  }
}

/**
 * out[m][n] = sum over k of a[m][k] * b[k][n], with b as the panels of `packColumns` or `pack`. The sums begin and end as the records at
 * `ending` say, if that is not 0; then `other`, of the shape of `out` with a multiple of 8 columns, is added before the end, if that is not 0.
 */
export function multiplyPanels(
  a: usize,
  panels: usize,
  ending: usize,
  other: usize,
  out: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const aRow = (<usize>depth) << 2;
  const outRow = (<usize>columns) << 2;
  const beside: usize = other === 0 ? <usize>0 : other - out;
  const panelBytes = (<usize>(depth * PANEL)) << 2;
  const block = max(1, ROWS_BYTES / (depth << 2) / PIXELS) * PIXELS;
  for (let first = 0; first < rows; first += block) {
    const count = min(block, rows - first);
    let panel = panels;
    for (let column = 0; column < columns; column += PANEL) {
      const to = out + ((<usize>column) << 2);
      const lanes = min(PANEL, columns - column);
      multiplyPanel(a, panel, to, count, depth, outRow, lanes, endingOf(ending, column), beside);
      panel += panelBytes;
    }
    a += <usize>count * aRow;
    out += <usize>count * outRow;
  }
}

/** Numbers in the scratch of `matMul`: one panel. */
export function matMulScratch(depth: i32): i32 {
  return PANEL * depth;
}

/**
 * out[m][n] = sum over k of a[m][k] * b[k][n], of `columns` columns; a row of b and of `out` has `outColumns` of them. The sums begin and
 * end as the records at `ending` say, if that is not 0.
 */
export function matMul(
  a: usize,
  b: usize,
  ending: usize,
  out: usize,
  rows: i32,
  columns: i32,
  outColumns: i32,
  depth: i32,
  scratch: usize,
): void {
  const outRow = (<usize>outColumns) << 2;
  for (let column = 0; column < columns; column += PANEL) {
    const at = (<usize>column) << 2;
    const lanes = min(PANEL, columns - column);
    packColumns(b + at, scratch, depth, lanes, outColumns);
    multiplyPanel(a, scratch, out + at, rows, depth, outRow, lanes, endingOf(ending, column), 0);
  }
}

/** Numbers in the scratch of `matMulTransposeB`: one panel. */
export function matMulTransposeBScratch(depth: i32): i32 {
  return PANEL * depth;
}

/** As `matMul`, of b[n][k]. */
export function matMulTransposeB(
  a: usize,
  b: usize,
  ending: usize,
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
    multiplyPanel(a, scratch, to, rows, depth, outRow, lanes, endingOf(ending, column), 0);
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
