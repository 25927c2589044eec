import {gradientTerms, joinPieces} from './channelSums';
import {add, mul, sub} from './lanes';

/*
 * Batch normalization in pieces of rows: sums of each piece, what follows from all of them for a channel, and then a pass over the rows
 * of each piece. The pieces are joined in their order, so that it does not matter which thread did which.
 */

/**
 * y = (x - mean) * slope + offset of one row, a `T` at a time from byte `at`; where the next one would pass the row it
 * stops and says so.
 */
function normalizeRow<T>(
  x: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  y: usize,
  at: usize,
  rowBytes: usize,
): usize {
  for (; at + sizeof<T>() <= rowBytes; at += sizeof<T>()) {
    const scaled = mul<T>(sub<T>(load<T>(x + at), load<T>(mean + at)), load<T>(slopes + at));
    store<T>(y + at, offset ? add<T>(scaled, load<T>(offset + at)) : scaled);
  }
  return at;
}

/** slope = scale / sqrt(variance + epsilon) of each channel; a null pointer for `scale` stands for 1. */
export function batchNormSlopes(
  variance: usize,
  scale: usize,
  slopes: usize,
  channels: i32,
  epsilon: f32,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let at: usize = 0; at < rowBytes; at += 4) {
    const slope: f32 = (scale ? load<f32>(scale + at) : 1) / sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(slopes + at, slope);
  }
}

/**
 * y = (x - mean) * slope + offset, channel by channel. x and y are [rows, channels]; a null pointer for `offset` stands
 * for 0.
 */
export function batchNorm(
  x: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row++) {
    const at = normalizeRow<v128>(x, mean, slopes, offset, y, 0, rowBytes);
    normalizeRow<f32>(x, mean, slopes, offset, y, at, rowBytes);
    x += rowBytes;
    y += rowBytes;
  }
}

/** y = other + (x - mean) * slope + offset of one row, as `normalizeRow` goes and to the last bit as it rounds. */
function addToRow<T>(
  x: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  other: usize,
  y: usize,
  at: usize,
  rowBytes: usize,
): usize {
  for (; at + sizeof<T>() <= rowBytes; at += sizeof<T>()) {
    const scaled = mul<T>(sub<T>(load<T>(x + at), load<T>(mean + at)), load<T>(slopes + at));
    store<T>(y + at, add<T>(load<T>(other + at), add<T>(load<T>(offset + at), scaled)));
  }
  return at;
}

/** The sum of a tensor and a batch normalization, of rows of both, [rows, channels]. */
export function batchNormAdd(
  x: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  other: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row++) {
    const at = addToRow<v128>(x, mean, slopes, offset, other, y, 0, rowBytes);
    addToRow<f32>(x, mean, slopes, offset, other, y, at, rowBytes);
    x += rowBytes;
    other += rowBytes;
    y += rowBytes;
  }
}

/** Rows summed in registers before they join the sums in memory, which are float64. */
const ROWS: i32 = 64;

/** Adds four float32 sums to four float64 ones. */
function accumulate(to: usize, sums: v128): void {
  v128.store(to, f64x2.add(v128.load(to), f64x2.promote_low_f32x4(sums)));
  const high = v128.shuffle<f32>(sums, sums, 2, 3, 2, 3);
  v128.store(to, f64x2.add(v128.load(to, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Numbers that the sums of one piece take: two float64 a channel. */
export function channelSumsFloats(channels: i32): i32 {
  return 4 * channels;
}

/**
 * Sums over the rows of x, [rows, channels], of the distance from `shift`, a number a channel, and of its square. A shift near the mean
 * saves digits of the variance.
 */
export function momentSums(x: usize, shift: usize, sums: usize, rows: i32, channels: i32): void {
  const rowBytes = (<usize>channels) << 2;
  const squares = sums + (rowBytes << 1);
  memory.fill(sums, 0, rowBytes << 2);
  for (let start = 0; start < rows; start += ROWS) {
    const count = min(ROWS, rows - start);
    let c: usize = 0;
    for (; c + 16 <= rowBytes; c += 16) {
      const center = v128.load(shift + c);
      let sum = f32x4.splat(0);
      let square = sum;
      let from = x + c;
      for (let row = 0; row < count; row++) {
        const distance = f32x4.sub(v128.load(from), center);
        sum = f32x4.add(sum, distance);
        square = f32x4.add(square, f32x4.mul(distance, distance));
        from += rowBytes;
      }
      accumulate(sums + (c << 1), sum);
      accumulate(squares + (c << 1), square);
    }
    for (; c < rowBytes; c += 4) {
      const center = load<f32>(shift + c);
      let from = x + c;
      for (let row = 0; row < count; row++) {
        const distance: f64 = load<f32>(from) - center;
        store<f64>(sums + (c << 1), load<f64>(sums + (c << 1)) + distance);
        store<f64>(squares + (c << 1), load<f64>(squares + (c << 1)) + distance * distance);
        from += rowBytes;
      }
    }
    x += <usize>count * rowBytes;
  }
}

/** Mean and (biased) variance of every channel of `rows` rows, from the sums of each piece of them, which it overwrites. */
export function moments(
  sums: usize,
  pieces: i32,
  shift: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
): void {
  joinPieces(sums, pieces, channelSumsFloats(channels), 2 * channels);
  const rowBytes = (<usize>channels) << 2;
  const squares = sums + (rowBytes << 1);
  for (let c: usize = 0; c < rowBytes; c += 4) {
    const average = load<f64>(sums + (c << 1)) / <f64>rows;
    const squared = load<f64>(squares + (c << 1)) / <f64>rows;
    store<f32>(mean + c, <f32>(average + <f64>load<f32>(shift + c)));
    store<f32>(variance + c, <f32>max(0, squared - average * average));
  }
}

/** Sums over the rows of x and dy, [rows, channels], of dy and of dy * (x - mean). */
export function batchNormGradSums(
  x: usize,
  dy: usize,
  mean: usize,
  sums: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  const products = sums + (rowBytes << 1);
  memory.fill(sums, 0, rowBytes << 2);
  for (let start = 0; start < rows; start += ROWS) {
    const count = min(ROWS, rows - start);
    let c: usize = 0;
    for (; c + 16 <= rowBytes; c += 16) {
      const center = v128.load(mean + c);
      let sum = f32x4.splat(0);
      let product = sum;
      let at = <usize>start * rowBytes + c;
      for (let row = 0; row < count; row++) {
        const gradient = v128.load(dy + at);
        sum = f32x4.add(sum, gradient);
        product = f32x4.add(product, f32x4.mul(gradient, f32x4.sub(v128.load(x + at), center)));
        at += rowBytes;
      }
      accumulate(sums + (c << 1), sum);
      accumulate(products + (c << 1), product);
    }
    for (; c < rowBytes; c += 4) {
      const center = load<f32>(mean + c);
      let at = <usize>start * rowBytes + c;
      for (let row = 0; row < count; row++) {
        const gradient: f64 = load<f32>(dy + at);
        const distance: f64 = load<f32>(x + at) - center;
        store<f64>(sums + (c << 1), load<f64>(sums + (c << 1)) + gradient);
        store<f64>(products + (c << 1), load<f64>(products + (c << 1)) + gradient * distance);
        at += rowBytes;
      }
    }
  }
}

/**
 * What the sums of all pieces, which it overwrites, say of each channel, with n = (x - mean) / sqrt(variance + epsilon):
 * doffset = sum of dy, dscale = sum of dy * n; and `terms`, a slope, a drift and a pull a channel, for `batchNormGrad`.
 */
export function batchNormGradTerms(
  sums: usize,
  pieces: i32,
  scale: usize,
  variance: usize,
  doffset: usize,
  dscale: usize,
  terms: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
): void {
  joinPieces(sums, pieces, channelSumsFloats(channels), 2 * channels);
  gradientTerms(sums, scale, variance, doffset, dscale, terms, rows, channels, epsilon);
}

/** dx = dy * slope - drift - (x - mean) * pull of one row, a `T` at a time, as `normalizeRow` goes. */
function inputGradientRow<T>(
  x: usize,
  dy: usize,
  mean: usize,
  slopes: usize,
  dx: usize,
  at: usize,
  rowBytes: usize,
): usize {
  const drifts = slopes + rowBytes;
  const pulls = drifts + rowBytes;
  for (; at + sizeof<T>() <= rowBytes; at += sizeof<T>()) {
    const distance = sub<T>(load<T>(x + at), load<T>(mean + at));
    const own = sub<T>(mul<T>(load<T>(dy + at), load<T>(slopes + at)), load<T>(drifts + at));
    store<T>(dx + at, sub<T>(own, mul<T>(distance, load<T>(pulls + at))));
  }
  return at;
}

/**
 * dx = slope * dy - drift - pull * (x - mean), which is scale / sqrt(variance + epsilon) * (dy - doffset / rows - n * dscale / rows).
 * x, dy and dx are [rows, channels], `terms` those of `batchNormGradTerms`.
 */
export function batchNormGrad(
  x: usize,
  dy: usize,
  mean: usize,
  terms: usize,
  dx: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row++) {
    const at = inputGradientRow<v128>(x, dy, mean, terms, dx, 0, rowBytes);
    inputGradientRow<f32>(x, dy, mean, terms, dx, at, rowBytes);
    x += rowBytes;
    dy += rowBytes;
    dx += rowBytes;
  }
}

/** next = before - (before - factor * batch) * share, a number a channel. */
export function follow(
  batch: usize,
  before: usize,
  next: usize,
  channels: i32,
  factor: f32,
  share: f32,
): void {
  for (let c = 0; c < channels; c++) {
    const at = (<usize>c) << 2;
    const was = load<f32>(before + at);
    store<f32>(next + at, was - (was - load<f32>(batch + at) * factor) * share);
  }
}
