/** Numbers summed in one register before they join the sum in memory: keeps rounding errors from growing with the length. */
const BLOCK: i32 = 256;

/** out[outer][inner] = scale * sum over `count` of x[outer][count][inner]. */
export function sumMiddle(x: usize, out: usize, outer: i32, count: i32, inner: i32, scale: f32): void {
  const rowBytes = (<usize>inner) << 2;
  const scales = f32x4.splat(scale);
  memory.fill(out, 0, <usize>outer * rowBytes);
  for (let o = 0; o < outer; o++) {
    for (let start = 0; start < count; start += BLOCK) {
      const rows = min(BLOCK, count - start);
      let c = 0;
      for (; c <= inner - 16; c += 16) {
        const at = (<usize>c) << 2;
        let a = f32x4.splat(0);
        let b = a;
        let d = a;
        let e = a;
        let from = x + at;
        for (let row = 0; row < rows; row++) {
          a = f32x4.add(a, v128.load(from));
          b = f32x4.add(b, v128.load(from, 16));
          d = f32x4.add(d, v128.load(from, 32));
          e = f32x4.add(e, v128.load(from, 48));
          from += rowBytes;
        }
        v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(a, scales)));
        v128.store(out + at, f32x4.add(v128.load(out + at, 16), f32x4.mul(b, scales)), 16);
        v128.store(out + at, f32x4.add(v128.load(out + at, 32), f32x4.mul(d, scales)), 32);
        v128.store(out + at, f32x4.add(v128.load(out + at, 48), f32x4.mul(e, scales)), 48);
      }
      for (; c <= inner - 4; c += 4) {
        const at = (<usize>c) << 2;
        let a = f32x4.splat(0);
        let from = x + at;
        for (let row = 0; row < rows; row++) {
          a = f32x4.add(a, v128.load(from));
          from += rowBytes;
        }
        v128.store(out + at, f32x4.add(v128.load(out + at), f32x4.mul(a, scales)));
      }
      for (; c < inner; c++) {
        const at = (<usize>c) << 2;
        let a: f32 = 0;
        let from = x + at;
        for (let row = 0; row < rows; row++) {
          a += load<f32>(from);
          from += rowBytes;
        }
        store<f32>(out + at, load<f32>(out + at) + a * scale);
      }
      x += <usize>rows * rowBytes;
    }
    out += rowBytes;
  }
}

/** out[outer] = scale * sum of x[outer][0..count]. */
export function sumInner(x: usize, out: usize, outer: i32, count: i32, scale: f32): void {
  for (let o = 0; o < outer; o++) {
    let total: f64 = 0;
    let left = count;
    while (left > 0) {
      const block = min(left, BLOCK << 3);
      let a = f32x4.splat(0);
      let b = a;
      let c = a;
      let d = a;
      let i = 0;
      for (; i <= block - 16; i += 16) {
        a = f32x4.add(a, v128.load(x));
        b = f32x4.add(b, v128.load(x, 16));
        c = f32x4.add(c, v128.load(x, 32));
        d = f32x4.add(d, v128.load(x, 48));
        x += 64;
      }
      a = f32x4.add(f32x4.add(a, b), f32x4.add(c, d));
      let sum =
        f32x4.extract_lane(a, 0) +
        f32x4.extract_lane(a, 1) +
        (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
      for (; i < block; i++) {
        sum += load<f32>(x);
        x += 4;
      }
      total += <f64>sum;
      left -= block;
    }
    store<f32>(out, <f32>(total * <f64>scale));
    out += 4;
  }
}

/** out[row] = square root of the sum of squares of x[row][0..count]. */
export function rowNorms(x: usize, out: usize, rows: i32, count: i32): void {
  for (let row = 0; row < rows; row++) {
    let a = f32x4.splat(0);
    let b = a;
    let i = 0;
    for (; i <= count - 8; i += 8) {
      const low = v128.load(x);
      const high = v128.load(x, 16);
      a = f32x4.add(a, f32x4.mul(low, low));
      b = f32x4.add(b, f32x4.mul(high, high));
      x += 32;
    }
    a = f32x4.add(a, b);
    let sum =
      f32x4.extract_lane(a, 0) +
      f32x4.extract_lane(a, 1) +
      (f32x4.extract_lane(a, 2) + f32x4.extract_lane(a, 3));
    for (; i < count; i++) {
      const value = load<f32>(x);
      sum += value * value;
      x += 4;
    }
    store<f32>(out, sqrt<f32>(sum));
    out += 4;
  }
}
