import {add} from './lanes';

/** to[c] += x[c], a `T` at a time from byte `at`; where the next one would pass `end` it stops and says so. */
function addRow<T>(to: usize, x: usize, at: usize, end: usize): usize {
  for (; at + sizeof<T>() <= end; at += sizeof<T>()) {
    store<T>(to + at, add<T>(load<T>(to + at), load<T>(x + at)));
  }
  return at;
}

/** out[s] = sum of the rows i of x with ids[i] = first + s, of `segments` segments; other rows are dropped. */
export function unsortedSegmentSum(
  x: usize,
  ids: usize,
  out: usize,
  rows: i32,
  rowFloats: i32,
  first: i32,
  segments: i32,
): void {
  const rowBytes = (<usize>rowFloats) << 2;
  memory.fill(out, 0, <usize>segments * rowBytes);
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(ids + ((<usize>row) << 2)) - first;
    if (id >= 0 && id < segments) {
      const to = out + <usize>id * rowBytes;
      addRow<f32>(to, x, addRow<v128>(to, x, 0, rowBytes), rowBytes);
    }
    x += rowBytes;
  }
}
