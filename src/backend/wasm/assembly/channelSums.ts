/* What is made of the sums of pieces, float64 numbers of each channel. */

/** Adds `count` float64 sums of all pieces to those of the first, one piece after the other; those of a piece take `floats` numbers. */
export function joinPieces(sums: usize, pieces: i32, floats: i32, count: i32): void {
  const step = (<usize>floats) << 2;
  const bytes = (<usize>count) << 3;
  let piece = sums;
  for (let p = 1; p < pieces; p++) {
    piece += step;
    for (let at: usize = 0; at < bytes; at += 8) {
      store<f64>(sums + at, load<f64>(sums + at) + load<f64>(piece + at));
    }
  }
}

/**
 * What the sums of dy and of dy * (x - mean) say of each channel, with n = (x - mean) / sqrt(variance + epsilon): doffset = sum of dy,
 * dscale = sum of dy * n; and `terms`, a slope, a drift and a pull a channel: dx = slope * dy - drift - pull * (x - mean).
 */
export function gradientTerms(
  sums: usize,
  scale: usize,
  variance: usize,
  doffset: usize,
  dscale: usize,
  terms: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
): void {
  const rowBytes = (<usize>channels) << 2;
  const products = sums + (rowBytes << 1);
  const drifts = terms + rowBytes;
  const pulls = drifts + rowBytes;
  const count = 1 / <f64>rows;
  for (let c: usize = 0; c < rowBytes; c += 4) {
    const inverse = 1 / sqrt<f64>(<f64>load<f32>(variance + c) + <f64>epsilon);
    const slope = <f64>load<f32>(scale + c) * inverse;
    const sum = load<f64>(sums + (c << 1));
    const product = load<f64>(products + (c << 1)) * inverse;
    store<f32>(doffset + c, <f32>sum);
    store<f32>(dscale + c, <f32>product);
    store<f32>(terms + c, <f32>slope);
    store<f32>(drifts + c, <f32>(slope * sum * count));
    store<f32>(pulls + c, <f32>(slope * inverse * product * count));
  }
}
