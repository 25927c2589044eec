/** Adds `gradient` to dx at the first position of a window where x equals the window's maximum, four channels at once. */
function scatterToMaximum(
  x: usize,
  dx: usize,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
  maximum: v128,
  gradient: v128,
): void {
  for (let y = 0; y < rows; y++) {
    let at: usize = 0;
    for (let column = 0; column < columns; column++) {
      const hit = f32x4.eq(v128.load(x + at), maximum);
      const share = v128.and(gradient, hit);
      gradient = v128.andnot(gradient, hit);
      v128.store(dx + at, f32x4.add(v128.load(dx + at), share));
      at += pixel;
    }
    x += row;
    dx += row;
  }
}

/** The same for one channel. */
function scatterToMaximum1(
  x: usize,
  dx: usize,
  rows: i32,
  columns: i32,
  row: usize,
  pixel: usize,
  maximum: f32,
  gradient: f32,
): void {
  for (let y = 0; y < rows; y++) {
    let at: usize = 0;
    for (let column = 0; column < columns; column++) {
      if (load<f32>(x + at) === maximum) {
        store<f32>(dx + at, load<f32>(dx + at) + gradient);
        return;
      }
      at += pixel;
    }
    x += row;
    dx += row;
  }
}

/** Gradient of max pooling over NHWC images: each window's gradient goes to the first of its maxima. `y` is the pooled output. */
export function maxPoolGrad(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  batch: i32,
  inH: i32,
  inW: i32,
  channels: i32,
  outH: i32,
  outW: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const row = <usize>inW * pixel;
  const image = <usize>inH * row;
  memory.fill(dx, 0, <usize>batch * image);
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < outH; oy++) {
      const top = max(0, oy * strideH - padTop);
      const rows = min(inH, oy * strideH - padTop + filterH) - top;
      for (let ox = 0; ox < outW; ox++) {
        const left = max(0, ox * strideW - padLeft);
        const columns = min(inW, ox * strideW - padLeft + filterW) - left;
        const at = <usize>top * row + <usize>left * pixel;
        let c = 0;
        for (; c <= channels - 4; c += 4) {
          const lane = (<usize>c) << 2;
          scatterToMaximum(
            x + at + lane,
            dx + at + lane,
            rows,
            columns,
            row,
            pixel,
            v128.load(y + lane),
            v128.load(dy + lane),
          );
        }
        for (; c < channels; c++) {
          const lane = (<usize>c) << 2;
          scatterToMaximum1(
            x + at + lane,
            dx + at + lane,
            rows,
            columns,
            row,
            pixel,
            load<f32>(y + lane),
            load<f32>(dy + lane),
          );
        }
        y += pixel;
        dy += pixel;
      }
    }
    x += image;
    dx += image;
  }
}

/** Gradient of average pooling over NHWC images: each output's gradient in equal parts to the inputs it averaged. */
export function avgPoolGrad(
  dy: usize,
  dx: usize,
  batch: i32,
  inH: i32,
  inW: i32,
  channels: i32,
  outH: i32,
  outW: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixel = (<usize>channels) << 2;
  const row = <usize>inW * pixel;
  const image = <usize>inH * row;
  memory.fill(dx, 0, <usize>batch * image);
  for (let n = 0; n < batch; n++) {
    for (let oy = 0; oy < outH; oy++) {
      const top = max(0, oy * strideH - padTop);
      const bottom = min(inH, oy * strideH - padTop + filterH);
      for (let ox = 0; ox < outW; ox++) {
        const left = max(0, ox * strideW - padLeft);
        const right = min(inW, ox * strideW - padLeft + filterW);
        const share: f32 = 1.0 / <f32>((bottom - top) * (right - left));
        const shares = f32x4.splat(share);
        for (let iy = top; iy < bottom; iy++) {
          for (let ix = left; ix < right; ix++) {
            const to = dx + <usize>iy * row + <usize>ix * pixel;
            let at: usize = 0;
            for (; at + 16 <= pixel; at += 16) {
              v128.store(to + at, f32x4.add(v128.load(to + at), f32x4.mul(v128.load(dy + at), shares)));
            }
            for (; at < pixel; at += 4) {
              store<f32>(to + at, load<f32>(to + at) + load<f32>(dy + at) * share);
            }
          }
        }
        dy += pixel;
      }
    }
    dx += image;
  }
}
