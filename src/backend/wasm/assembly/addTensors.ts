import {add} from './lanes';

/** out = a + b, a `T` at a time from byte `at`; where the next one would pass the end it stops and says so. */
function sums<T>(a: usize, b: usize, out: usize, at: usize, bytes: usize): usize {
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    store<T>(out + at, add<T>(load<T>(a + at), load<T>(b + at)));
  }
  return at;
}

/** out = a + b, of `count` numbers. */
export function addTensors(a: usize, b: usize, out: usize, count: i32): void {
  const bytes = (<usize>count) << 2;
  sums<f32>(a, b, out, sums<v128>(a, b, out, 0, bytes), bytes);
}

/** out = x + row, of rows of `size` numbers. */
export function addToRows(x: usize, row: usize, out: usize, rows: i32, size: i32): void {
  const bytes = (<usize>size) << 2;
  for (let i = 0; i < rows; i++) {
    addTensors(x, row, out, size);
    x += bytes;
    out += bytes;
  }
}
