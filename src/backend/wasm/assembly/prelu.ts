/** Rows summed in registers before they join the sum in memory: keeps rounding errors from growing with the batch. */
const ROWS: i32 = 64;

/** dx of four numbers. */
function inputGradient(value: v128, gradient: v128, slope: v128): v128 {
  return v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(value, f32x4.splat(0)));
}

/** What four numbers add to dalpha. */
function slopeGradient(value: v128, gradient: v128): v128 {
  return f32x4.mul(gradient, f32x4.min(value, f32x4.splat(0)));
}

/** y = x where x > 0, else alpha * x. x and y are [rows, size], alpha is [size]. */
export function prelu(x: usize, alpha: usize, y: usize, rows: i32, size: i32): void {
  const rowBytes = (<usize>size) << 2;
  for (let row = 0; row < rows; row++) {
    let at: usize = 0;
    for (; at + 16 <= rowBytes; at += 16) {
      const value = v128.load(x + at);
      v128.store(y + at, inputGradient(value, value, v128.load(alpha + at)));
    }
    for (; at < rowBytes; at += 4) {
      const value = load<f32>(x + at);
      store<f32>(y + at, value > 0 ? value : value * load<f32>(alpha + at));
    }
    x += rowBytes;
    y += rowBytes;
  }
}

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
    for (; c <= size - 16; c += 16) {
      // A whole cache line of each row at a time.
      const at = (<usize>c) << 2;
      const s0 = v128.load(alpha + at);
      const s1 = v128.load(alpha + at, 16);
      const s2 = v128.load(alpha + at, 32);
      const s3 = v128.load(alpha + at, 48);
      let d0 = zero;
      let d1 = zero;
      let d2 = zero;
      let d3 = zero;
      let offset = at;
      for (let row = 0; row < count; row++) {
        const x0 = v128.load(x + offset);
        const g0 = v128.load(dy + offset);
        v128.store(dx + offset, inputGradient(x0, g0, s0));
        d0 = f32x4.add(d0, slopeGradient(x0, g0));
        const x1 = v128.load(x + offset, 16);
        const g1 = v128.load(dy + offset, 16);
        v128.store(dx + offset, inputGradient(x1, g1, s1), 16);
        d1 = f32x4.add(d1, slopeGradient(x1, g1));
        const x2 = v128.load(x + offset, 32);
        const g2 = v128.load(dy + offset, 32);
        v128.store(dx + offset, inputGradient(x2, g2, s2), 32);
        d2 = f32x4.add(d2, slopeGradient(x2, g2));
        const x3 = v128.load(x + offset, 48);
        const g3 = v128.load(dy + offset, 48);
        v128.store(dx + offset, inputGradient(x3, g3, s3), 48);
        d3 = f32x4.add(d3, slopeGradient(x3, g3));
        offset += rowBytes;
      }
      const to = dalpha + at;
      v128.store(to, f32x4.add(v128.load(to), d0));
      v128.store(to, f32x4.add(v128.load(to, 16), d1), 16);
      v128.store(to, f32x4.add(v128.load(to, 32), d2), 32);
      v128.store(to, f32x4.add(v128.load(to, 48), d3), 48);
    }
    for (; c <= size - 4; c += 4) {
      const at = (<usize>c) << 2;
      const slope = v128.load(alpha + at);
      let sum = zero;
      let offset = at;
      for (let row = 0; row < count; row++) {
        const value = v128.load(x + offset);
        const gradient = v128.load(dy + offset);
        v128.store(dx + offset, inputGradient(value, gradient, slope));
        sum = f32x4.add(sum, slopeGradient(value, gradient));
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
