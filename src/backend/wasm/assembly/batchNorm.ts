/**
 * y = (x - mean) * scale / sqrt(variance + epsilon) + offset, channel by channel. x and y are [rows, channels];
 * a null pointer for `offset` or `scale` stands for 0 or 1. `slopes` is scratch for `channels` numbers.
 */
export function batchNorm(
  x: usize,
  mean: usize,
  variance: usize,
  offset: usize,
  scale: usize,
  y: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  slopes: usize,
): void {
  const rowBytes = (<usize>channels) << 2;
  for (let at: usize = 0; at < rowBytes; at += 4) {
    const slope: f32 = (scale ? load<f32>(scale + at) : 1) / sqrt<f32>(load<f32>(variance + at) + epsilon);
    store<f32>(slopes + at, slope);
  }
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at + 16 <= rowBytes; at += 16) {
      const scaled = f32x4.mul(f32x4.sub(v128.load(x + at), v128.load(mean + at)), v128.load(slopes + at));
      v128.store(y + at, offset ? f32x4.add(scaled, v128.load(offset + at)) : scaled);
    }
    for (; at < rowBytes; at += 4) {
      const scaled: f32 = (load<f32>(x + at) - load<f32>(mean + at)) * load<f32>(slopes + at);
      store<f32>(y + at, offset ? scaled + load<f32>(offset + at) : scaled);
    }
    x += rowBytes;
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

/**
 * Mean and (biased) variance of every channel of x, [rows, channels]. Both are taken of the distance from the first
 * row, so that a mean far from zero costs no digits of the variance. `scratch` holds 4 * channels numbers.
 */
export function moments(
  x: usize,
  mean: usize,
  variance: usize,
  rows: i32,
  channels: i32,
  scratch: usize,
): void {
  const rowBytes = (<usize>channels) << 2;
  const squares = scratch + (rowBytes << 1);
  const first = x;
  memory.fill(scratch, 0, rowBytes << 2);
  for (let start = 0; start < rows; start += ROWS) {
    const count = min(ROWS, rows - start);
    let c: usize = 0;
    for (; c + 16 <= rowBytes; c += 16) {
      const shift = v128.load(first + c);
      let sum = f32x4.splat(0);
      let square = sum;
      let from = x + c;
      for (let row = 0; row < count; row++) {
        const distance = f32x4.sub(v128.load(from), shift);
        sum = f32x4.add(sum, distance);
        square = f32x4.add(square, f32x4.mul(distance, distance));
        from += rowBytes;
      }
      accumulate(scratch + (c << 1), sum);
      accumulate(squares + (c << 1), square);
    }
    for (; c < rowBytes; c += 4) {
      const shift = load<f32>(first + c);
      let from = x + c;
      for (let row = 0; row < count; row++) {
        const distance: f64 = load<f32>(from) - shift;
        store<f64>(scratch + (c << 1), load<f64>(scratch + (c << 1)) + distance);
        store<f64>(squares + (c << 1), load<f64>(squares + (c << 1)) + distance * distance);
        from += rowBytes;
      }
    }
    x += <usize>count * rowBytes;
  }
  for (let c: usize = 0; c < rowBytes; c += 4) {
    const average = load<f64>(scratch + (c << 1)) / <f64>rows;
    const squared = load<f64>(squares + (c << 1)) / <f64>rows;
    store<f32>(mean + c, <f32>(average + <f64>load<f32>(first + c)));
    store<f32>(variance + c, <f32>max(0, squared - average * average));
  }
}

/**
 * Gradients of batch normalization by the statistics of the batch: with n = (x - mean) / sqrt(variance + epsilon),
 * doffset = sum of dy, dscale = sum of dy * n, dx = scale / sqrt(variance + epsilon) * (dy - doffset / rows - n * dscale / rows).
 * `scratch` holds 7 * channels numbers.
 */
export function batchNormGrad(
  x: usize,
  dy: usize,
  scale: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  doffset: usize,
  dscale: usize,
  rows: i32,
  channels: i32,
  epsilon: f32,
  scratch: usize,
): void {
  const rowBytes = (<usize>channels) << 2;
  const products = scratch + (rowBytes << 1);
  // dx = slope * dy - drift - pull * (x - mean), one of each a channel.
  const slopes = scratch + (rowBytes << 2);
  const drifts = slopes + rowBytes;
  const pulls = drifts + rowBytes;
  memory.fill(scratch, 0, rowBytes << 2);
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
      accumulate(scratch + (c << 1), sum);
      accumulate(products + (c << 1), product);
    }
    for (; c < rowBytes; c += 4) {
      const center = load<f32>(mean + c);
      let at = <usize>start * rowBytes + c;
      for (let row = 0; row < count; row++) {
        const gradient: f64 = load<f32>(dy + at);
        const distance: f64 = load<f32>(x + at) - center;
        store<f64>(scratch + (c << 1), load<f64>(scratch + (c << 1)) + gradient);
        store<f64>(products + (c << 1), load<f64>(products + (c << 1)) + gradient * distance);
        at += rowBytes;
      }
    }
  }
  const count = 1 / <f64>rows;
  for (let c: usize = 0; c < rowBytes; c += 4) {
    const inverse = 1 / sqrt<f64>(<f64>load<f32>(variance + c) + <f64>epsilon);
    const slope = <f64>load<f32>(scale + c) * inverse;
    const sum = load<f64>(scratch + (c << 1));
    const product = load<f64>(products + (c << 1)) * inverse;
    store<f32>(doffset + c, <f32>sum);
    store<f32>(dscale + c, <f32>product);
    store<f32>(slopes + c, <f32>slope);
    store<f32>(drifts + c, <f32>(slope * sum * count));
    store<f32>(pulls + c, <f32>(slope * inverse * product * count));
  }
  for (let row = 0; row < rows; row++) {
    let c: usize = 0;
    for (; c + 16 <= rowBytes; c += 16) {
      const distance = f32x4.sub(v128.load(x + c), v128.load(mean + c));
      const own = f32x4.sub(f32x4.mul(v128.load(dy + c), v128.load(slopes + c)), v128.load(drifts + c));
      v128.store(dx + c, f32x4.sub(own, f32x4.mul(distance, v128.load(pulls + c))));
    }
    for (; c < rowBytes; c += 4) {
      const distance: f32 = load<f32>(x + c) - load<f32>(mean + c);
      const own: f32 = load<f32>(dy + c) * load<f32>(slopes + c) - load<f32>(drifts + c);
      store<f32>(dx + c, own - distance * load<f32>(pulls + c));
    }
    x += rowBytes;
    dy += rowBytes;
    dx += rowBytes;
  }
}
