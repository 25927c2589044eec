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
