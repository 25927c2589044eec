import {mul, splat} from './lanes';

/** out = a * b, a `T` at a time from byte `at`; where the next one would pass the end it stops and says so. */
function products<T>(a: usize, b: usize, out: usize, at: usize, bytes: usize): usize {
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    store<T>(out + at, mul<T>(load<T>(a + at), load<T>(b + at)));
  }
  return at;
}

/** out = x * factor, in the same way. */
function scaled<T>(x: usize, factor: f32, out: usize, at: usize, bytes: usize): usize {
  const each = splat<T>(factor);
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) store<T>(out + at, mul<T>(load<T>(x + at), each));
  return at;
}

/** out = a * b, of `count` numbers. */
export function multiplyTensors(a: usize, b: usize, out: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  products<f32>(a, b, out, products<v128>(a, b, out, 0, bytes), bytes);
}

/** out = x * row, of rows of `size` numbers. */
export function multiplyByRow(x: usize, row: usize, out: usize, rows: i32, size: i32): void {
  const bytes = (<usize>size) << 2;
  for (let i = 0; i < rows; i++) {
    multiplyTensors(x, row, out, size);
    x += bytes;
    out += bytes;
  }
}

/** out = x * column, of rows of `size` numbers, each of which has one number of the column. */
export function multiplyByColumn(x: usize, column: usize, out: usize, rows: i32, size: i32): void {
  const bytes = (<usize>size) << 2;
  for (let i = 0; i < rows; i++) {
    const factor = load<f32>(column);
    scaled<f32>(x, factor, out, scaled<v128>(x, factor, out, 0, bytes), bytes);
    x += bytes;
    out += bytes;
    column += 4;
  }
}
