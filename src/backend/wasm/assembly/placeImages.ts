/** Writes `value` to `count` numbers. */
function fill(to: usize, count: i32, value: f32): void {
  if (value === 0) {
    memory.fill(to, 0, (<usize>count) << 2);
    return;
  }
  const end = to + ((<usize>count) << 2);
  for (; to < end; to += 4) store<f32>(to, value);
}

/**
 * Images with `top` rows and `left` columns more before them, or as many fewer where these are negative, and up to `outHeight` and
 * `outWidth` after them. A pixel that is in none of x is `value`.
 */
export function placeImages(
  x: usize,
  out: usize,
  images: i32,
  inHeight: i32,
  inWidth: i32,
  outHeight: i32,
  outWidth: i32,
  channels: i32,
  top: i32,
  left: i32,
  value: f32,
): void {
  const inRow = (<usize>(inWidth * channels)) << 2;
  const before = max(0, min(outWidth, left));
  const end = max(before, min(outWidth, inWidth + left));
  const copied = (<usize>((end - before) * channels)) << 2;
  const from = (<usize>(max(0, -left) * channels)) << 2;
  const pixel = (<usize>channels) << 2;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < outHeight; y++) {
      const row = y - top;
      if (row < 0 || row >= inHeight) {
        fill(out, outWidth * channels, value);
      } else {
        fill(out, before * channels, value);
        memory.copy(out + <usize>before * pixel, x + <usize>row * inRow + from, copied);
        fill(out + <usize>end * pixel, (outWidth - end) * channels, value);
      }
      out += <usize>outWidth * pixel;
    }
    x += <usize>inHeight * inRow;
  }
}
