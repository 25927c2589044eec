import {gradientTerms, joinPieces} from './channelSums';
import {add, madd, mul, selectPositive, sub, wherePositive} from './lanes';

/*
 * PReLU after batch normalization, y = n where n > 0, else alpha * n, with n = (x - mean) * slope + offset, in one pass, and its gradient,
 * from dy to x, in two. n is computed again, so that nobody has to keep it.
 */

/** Kinds of sums: of dy and of dy * (x - mean), and of both where n > 0. */
const KINDS: i32 = 4;

/** Rows whose float32 sums join the float64 ones: keeps rounding errors from growing with the batch. */
const ROWS: i32 = 64;

/** Rows whose numbers are added at once: sums are read and written that much less often. */
const TOGETHER: i32 = 8;

/**
 * n as the batch normalization alone has it, to the last bit, since its sign decides: the offset stands first, so that no fused multiply-add
 * is made of it.
 */
function normalized<T>(distance: T, slope: T, offset: T): T {
  return add<T>(offset, mul<T>(distance, slope));
}

/** y of one row, a `T` at a time from byte `at`; where the next one would pass the row it stops and says so. */
function bendRow<T>(
  x: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  alpha: usize,
  y: usize,
  at: usize,
  rowBytes: usize,
): usize {
  for (; at + sizeof<T>() <= rowBytes; at += sizeof<T>()) {
    const distance = sub<T>(load<T>(x + at), load<T>(mean + at));
    const n = normalized<T>(distance, load<T>(slopes + at), load<T>(offset + at));
    store<T>(y + at, selectPositive<T>(n, n, mul<T>(n, load<T>(alpha + at))));
  }
  return at;
}

/** y of rows of x, [rows, channels]. */
export function batchNormPrelu(
  x: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  alpha: usize,
  y: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row++) {
    const at = bendRow<v128>(x, mean, slopes, offset, alpha, y, 0, rowBytes);
    bendRow<f32>(x, mean, slopes, offset, alpha, y, at, rowBytes);
    x += rowBytes;
    y += rowBytes;
  }
}

/** Numbers that the sums of one piece take: a float64 of each kind a channel, and a float32 for those of some rows. */
export function batchNormPreluSumsFloats(channels: i32): i32 {
  return 3 * KINDS * channels;
}

/** Lets the float32 sums of some rows join the float64 ones. */
function joinRows(sums: usize, partial: usize, channels: i32): void {
  const bytes = (<usize>(KINDS * channels)) << 2;
  for (let at: usize = 0; at < bytes; at += 4) {
    const to = sums + (at << 1);
    store<f64>(to, load<f64>(to) + <f64>load<f32>(partial + at));
  }
  memory.fill(partial, 0, bytes);
}

/** Adds the numbers of some rows to the float32 sums. */
function addGradients<T>(
  x: usize,
  dy: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  sums: usize,
  rows: i32,
  at: usize,
  rowBytes: usize,
): usize {
  const products = sums + rowBytes;
  const positiveSums = products + rowBytes;
  const positiveProducts = positiveSums + rowBytes;
  for (; at + sizeof<T>() <= rowBytes; at += sizeof<T>()) {
    const center = load<T>(mean + at);
    const slope = load<T>(slopes + at);
    const shift = load<T>(offset + at);
    let sum = load<T>(sums + at);
    let product = load<T>(products + at);
    let positiveSum = load<T>(positiveSums + at);
    let positiveProduct = load<T>(positiveProducts + at);
    let from = at;
    for (let row = 0; row < rows; row++) {
      const gradient = load<T>(dy + from);
      const distance = sub<T>(load<T>(x + from), center);
      const positive = wherePositive<T>(normalized<T>(distance, slope, shift), gradient);
      sum = add<T>(sum, gradient);
      product = madd<T>(gradient, distance, product);
      positiveSum = add<T>(positiveSum, positive);
      positiveProduct = madd<T>(positive, distance, positiveProduct);
      from += rowBytes;
    }
    store<T>(sums + at, sum);
    store<T>(products + at, product);
    store<T>(positiveSums + at, positiveSum);
    store<T>(positiveProducts + at, positiveProduct);
  }
  return at;
}

/** The sums of rows of x and dy, [rows, channels]. */
export function batchNormPreluGradSums(
  x: usize,
  dy: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  sums: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  const partial = sums + ((<usize>(KINDS * channels)) << 3);
  memory.fill(sums, 0, (<usize>batchNormPreluSumsFloats(channels)) << 2);
  for (let row = 0; row < rows; row += TOGETHER) {
    const count = min(TOGETHER, rows - row);
    const at = addGradients<v128>(x, dy, mean, slopes, offset, partial, count, 0, rowBytes);
    addGradients<f32>(x, dy, mean, slopes, offset, partial, count, at, rowBytes);
    x += <usize>count * rowBytes;
    dy += <usize>count * rowBytes;
    const done = row + count;
    if (done % ROWS === 0 || done === rows) joinRows(sums, partial, channels);
  }
}

/**
 * What the sums of all pieces, which it overwrites, say of each channel. With dn = dy where n > 0, else alpha * dy: `gradientTerms` of the
 * sums of dn and dn * (x - mean); and dalpha, the sum of dy * n where n <= 0.
 */
export function batchNormPreluGradTerms(
  sums: usize,
  pieces: i32,
  scale: usize,
  variance: usize,
  slopes: usize,
  offset: usize,
  alpha: usize,
  doffset: usize,
  dscale: usize,
  dalpha: usize,
  terms: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
): void {
  joinPieces(sums, pieces, batchNormPreluSumsFloats(channels), KINDS * channels);
  const kind = (<usize>channels) << 3;
  for (let c: usize = 0; c < kind >> 1; c += 4) {
    const at = sums + (c << 1);
    const bend = <f64>load<f32>(alpha + c);
    const positiveSum = load<f64>(at + 2 * kind);
    const positiveProduct = load<f64>(at + 3 * kind);
    const sum = load<f64>(at) - positiveSum;
    const product = load<f64>(at + kind) - positiveProduct;
    store<f64>(at, positiveSum + bend * sum);
    store<f64>(at + kind, positiveProduct + bend * product);
    store<f32>(dalpha + c, <f32>(<f64>load<f32>(offset + c) * sum + <f64>load<f32>(slopes + c) * product));
  }
  gradientTerms(sums, scale, variance, doffset, dscale, terms, rows, channels, epsilon);
}

/** dx = slope * dn - drift - pull * (x - mean) of one row, a `T` at a time from byte `at`; where the next one would pass the row it stops. */
function inputGradientRow<T>(
  x: usize,
  dy: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  alpha: usize,
  terms: usize,
  dx: usize,
  at: usize,
  rowBytes: usize,
): usize {
  const drifts = terms + rowBytes;
  const pulls = drifts + rowBytes;
  for (; at + sizeof<T>() <= rowBytes; at += sizeof<T>()) {
    const distance = sub<T>(load<T>(x + at), load<T>(mean + at));
    const gradient = load<T>(dy + at);
    const n = normalized<T>(distance, load<T>(slopes + at), load<T>(offset + at));
    const dn = selectPositive<T>(n, gradient, mul<T>(gradient, load<T>(alpha + at)));
    const own = sub<T>(mul<T>(dn, load<T>(terms + at)), load<T>(drifts + at));
    store<T>(dx + at, sub<T>(own, mul<T>(distance, load<T>(pulls + at))));
  }
  return at;
}

/** dx of rows of x and dy, [rows, channels], from the `terms` of `batchNormPreluGradTerms`. */
export function batchNormPreluGrad(
  x: usize,
  dy: usize,
  mean: usize,
  slopes: usize,
  offset: usize,
  alpha: usize,
  terms: usize,
  dx: usize,
  rows: i32,
  channels: i32,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let row = 0; row < rows; row++) {
    const at = inputGradientRow<v128>(x, dy, mean, slopes, offset, alpha, terms, dx, 0, rowBytes);
    inputGradientRow<f32>(x, dy, mean, slopes, offset, alpha, terms, dx, at, rowBytes);
    x += rowBytes;
    dy += rowBytes;
    dx += rowBytes;
  }
}
