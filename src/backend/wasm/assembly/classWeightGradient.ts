import {add, mul, splat, sub} from './lanes';

/** pulls -= radial * w, a `T` at a time from byte `at`; where the next one would pass the end it stops and says so. */
function pullOut<T>(pulls: usize, w: usize, radial: f32, at: usize, bytes: usize): usize {
  const each = splat<T>(radial);
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    store<T>(pulls + at, sub<T>(load<T>(pulls + at), mul<T>(each, load<T>(w + at))));
  }
  return at;
}

/** pulls += row, in the same way. */
function addRow<T>(pulls: usize, row: usize, at: usize, bytes: usize): usize {
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    store<T>(pulls + at, add<T>(load<T>(pulls + at), load<T>(row + at)));
  }
  return at;
}

/**
 * pulls_j -= radial_j * w_j of `classes` rows of `size` numbers, the first of which is class `first`; then each example's row of `targetRows`
 * is added to that of its class, in the order of the examples. Without `radial`, 0, nothing is taken off.
 */
export function classWeightGradient(
  pulls: usize,
  w: usize,
  radial: usize,
  targetRows: usize,
  ids: usize,
  examples: i32,
  first: i32,
  classes: i32,
  size: i32,
): void {
  const bytes = (<usize>size) << 2;
  for (let j: usize = 0; radial !== 0 && j < <usize>classes; j++) {
    const to = pulls + j * bytes;
    const from = w + j * bytes;
    const much = load<f32>(radial + (j << 2));
    pullOut<f32>(to, from, much, pullOut<v128>(to, from, much, 0, bytes), bytes);
  }
  for (let i = 0; i < examples; i++) {
    const id = load<i32>(ids + ((<usize>i) << 2)) - first;
    if (id < 0 || id >= classes) continue;
    const to = pulls + <usize>id * bytes;
    const row = targetRows + <usize>i * bytes;
    addRow<f32>(to, row, addRow<v128>(to, row, 0, bytes), bytes);
  }
}
