import {add, mul, splat, sumOfLanes} from './lanes';

/** Numbers summed in one register before they join the sum in memory: keeps rounding errors from growing with the length. */
const BLOCK: i32 = 256;

/**
 * out[c] += scale * sum over rows of x[row][c], a `T` at a time from byte `at`; where the next one would pass `end` it
 * stops and says so.
 */
function addColumns<T>(
  x: usize,
  out: usize,
  rows: i32,
  at: usize,
  end: usize,
  rowBytes: usize,
  scale: f32,
): usize {
  for (; at + sizeof<T>() <= end; at += sizeof<T>()) {
    let sum = splat<T>(0);
    let from = x + at;
    for (let row = 0; row < rows; row++) {
      sum = add<T>(sum, load<T>(from));
      from += rowBytes;
    }
    store<T>(out + at, add<T>(load<T>(out + at), mul<T>(sum, splat<T>(scale))));
  }
  return at;
}

/**
 * out[c] = scale * sum over `rows` rows of x[row][c], of `columns` columns; a row of x has `rowFloats` numbers.
 */
export function sumRows(x: usize, out: usize, rows: i32, rowFloats: i32, columns: i32, scale: f32): void {
  const rowBytes = (<usize>rowFloats) << 2;
  const end = (<usize>columns) << 2;
  const scales = f32x4.splat(scale);
  memory.fill(out, 0, end);
  for (let start = 0; start < rows; start += BLOCK) {
    const count = min(BLOCK, rows - start);
    let at: usize = 0;
    for (; at + 64 <= end; at += 64) {
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      let from = x + at;
      for (let row = 0; row < count; row++) {
        a = f32x4.add(a, v128.load(from));
        b = f32x4.add(b, v128.load(from, 16));
        c = f32x4.add(c, v128.load(from, 32));
        d = f32x4.add(d, v128.load(from, 48));
        from += rowBytes;
      }
      v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(a, scales)));
      v128.store(out + at, f32x4.add(v128.load(out + at, 16), f32x4.mul(b, scales)), 16);
      v128.store(out + at, f32x4.add(v128.load(out + at, 32), f32x4.mul(c, scales)), 32);
      v128.store(out + at, f32x4.add(v128.load(out + at, 48), f32x4.mul(d, scales)), 48);
    }
    at = addColumns<v128>(x, out, count, at, end, rowBytes, scale);
    addColumns<f32>(x, out, count, at, end, rowBytes, scale);
    x += <usize>count * rowBytes;
  }
}

/** out[outer][inner] = scale * sum over `count` of x[outer][count][inner]. */
export function sumMiddle(x: usize, out: usize, outer: i32, count: i32, inner: i32, scale: f32): void {
  const rowBytes = (<usize>inner) << 2;
  for (let o = 0; o < outer; o++) {
    sumRows(x, out, count, inner, inner, scale);
    x += <usize>count * rowBytes;
    out += rowBytes;
  }
}

/** out[outer] = scale * sum of x[outer][0..count]. */
export function sumInner(x: usize, out: usize, outer: i32, count: i32, scale: f32): void {
  for (let o = 0; o < outer; o++) {
    let total: f64 = 0;
    let left = count;
    while (left > 0) {
      const block = min(left, BLOCK << 3);
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      let i = 0;
      for (; i <= block - 16; i += 16) {
        a = f32x4.add(a, v128.load(x));
        b = f32x4.add(b, v128.load(x, 16));
        c = f32x4.add(c, v128.load(x, 32));
        d = f32x4.add(d, v128.load(x, 48));
        x += 64;
      }
      a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      let sum = sumOfLanes(a);
      for (; i < block; i++) {
        sum += load<f32>(x);
        x += 4;
      }
      total += <f64>sum;
      left -= block;
    }
    store<f32>(out, <f32>(total * <f64>scale));
    out += 4;
  }
}

/** out[row] = square root of the sum of squares of x[row][0..count]. */
export function rowNorms(x: usize, out: usize, rows: i32, count: i32): void {
  for (let row = 0; row < rows; row++) {
    let a = f32x4.splat(0);
    let b = a;
    let i = 0;
    for (; i <= count - 8; i += 8) {
      const low = v128.load(x);
      const high = v128.load(x, 16);
      a = f32x4.add(a, f32x4.mul(low, low));
      b = f32x4.add(b, f32x4.mul(high, high));
      x += 32;
    }
    a = f32x4.add(a, b);
    let sum = sumOfLanes(a);
    for (; i < count; i++) {
      const value = load<f32>(x);
      sum += value * value;
      x += 4;
    }
    store<f32>(out, sqrt<f32>(sum));
    out += 4;
  }
}
