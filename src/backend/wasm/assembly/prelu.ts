/** Rows summed in registers before they join the sum in memory: keeps rounding errors from growing with the batch. */
const ROWS: i32 = 64;

/**
 * dx = dy where x > 0, else alpha * dy; dalpha[c] = sum over rows of x * dy where x <= 0.
 * x, dy and dx are [rows, size], alpha and dalpha are [size].
 */
export function preluGrad(
  x: usize,
  dy: usize,
  alpha: usize,
  dx: usize,
  dalpha: usize,
  rows: i32,
  size: i32,
): void {
  const rowBytes = (<usize>size) << 2;
  const zero = f32x4.splat(0);
  memory.fill(dalpha, 0, rowBytes);
  for (let start = 0; start < rows; start += ROWS) {
    const count = min(ROWS, rows - start);
    let c = 0;
    for (; c <= size - 4; c += 4) {
      const at = (<usize>c) << 2;
      const slope = v128.load(alpha + at);
      let sum = zero;
      let offset = at;
      for (let row = 0; row < count; row++) {
        const value = v128.load(x + offset);
        const gradient = v128.load(dy + offset);
        const positive = f32x4.gt(value, zero);
        v128.store(dx + offset, v128.bitselect(gradient, f32x4.mul(gradient, slope), positive));
        sum = f32x4.add(sum, v128.andnot(f32x4.mul(value, gradient), positive));
        offset += rowBytes;
      }
      v128.store(dalpha + at, f32x4.add(v128.load(dalpha + at), sum));
    }
    for (; c < size; c++) {
      const at = (<usize>c) << 2;
      const slope = load<f32>(alpha + at);
      let sum: f32 = 0;
      let offset = at;
      for (let row = 0; row < count; row++) {
        const value = load<f32>(x + offset);
        const gradient = load<f32>(dy + offset);
        if (value > 0) {
          store<f32>(dx + offset, gradient);
        } else {
          store<f32>(dx + offset, gradient * slope);
          sum += value * gradient;
        }
        offset += rowBytes;
      }
      store<f32>(dalpha + at, load<f32>(dalpha + at) + sum);
    }
    const done = <usize>count * rowBytes;
    x += done;
    dy += done;
    dx += done;
  }
}
