import {bounded, mul, selectPositive, splat} from './lanes';

/** `activate`, a `T` at a time from byte `at`; where the next one would pass the end it stops and says so. */
function activations<T>(x: usize, y: usize, at: usize, bytes: usize, slope: f32, low: f32, high: f32): usize {
  for (; at + sizeof<T>() <= bytes; at += sizeof<T>()) {
    const value = load<T>(x + at);
    const bent = selectPositive<T>(value, value, mul<T>(value, splat<T>(slope)));
    store<T>(y + at, bounded<T>(bent, splat<T>(low), splat<T>(high)));
  }
  return at;
}

/** y = x where x > 0, else slope * x, at least `low` and at most `high`, of `count` numbers. */
export function activate(x: usize, y: usize, count: i32, slope: f32, low: f32, high: f32): void {
  const bytes = (<usize>count) << 2;
  activations<f32>(x, y, activations<v128>(x, y, 0, bytes, slope, low, high), bytes, slope, low, high);
}
