/**
 * The gradient of a convolution with respect to an input of few channels, where the eight columns of a panel would be
 * mostly empty: every number of dx is a sum of dot products over the output channels.
 */
export function conv2DBackpropInputNarrow(
  dy: usize,
  filter: usize,
  dx: usize,
  batch: i32,
  inH: i32,
  inW: i32,
  inC: i32,
  outH: i32,
  outW: i32,
  outC: i32,
  filterH: i32,
  filterW: i32,
  strideH: i32,
  strideW: i32,
  padTop: i32,
  padLeft: i32,
): void {
  const pixelBytes = (<usize>outC) << 2;
  const dyLine = <usize>outW * pixelBytes;
  for (let image = 0; image < batch; image++) {
    for (let iy = 0; iy < inH; iy++) {
      // Rows oy and taps ky with oy * strideH + ky = iy + padTop.
      const oyStart = max(0, (iy + padTop - filterH + strideH) / strideH);
      const oyEnd = min(outH, (iy + padTop) / strideH + 1);
      for (let ix = 0; ix < inW; ix++) {
        const oxStart = max(0, (ix + padLeft - filterW + strideW) / strideW);
        const oxEnd = min(outW, (ix + padLeft) / strideW + 1);
        for (let channel = 0; channel < inC; channel++) {
          let sums = f32x4.splat(0);
          let rest: f32 = 0;
          for (let oy = oyStart; oy < oyEnd; oy++) {
            const ky = iy + padTop - oy * strideH;
            let g = dy + <usize>oy * dyLine + <usize>oxStart * pixelBytes;
            for (let ox = oxStart; ox < oxEnd; ox++) {
              const kx = ix + padLeft - ox * strideW;
              const w = filter + <usize>((ky * filterW + kx) * inC + channel) * pixelBytes;
              let at: usize = 0;
              for (; at + 16 <= pixelBytes; at += 16) {
                sums = f32x4.add(sums, f32x4.mul(v128.load(g + at), v128.load(w + at)));
              }
              for (; at < pixelBytes; at += 4) rest += load<f32>(g + at) * load<f32>(w + at);
              g += pixelBytes;
            }
          }
          const low = f32x4.extract_lane(sums, 0) + f32x4.extract_lane(sums, 1);
          const high = f32x4.extract_lane(sums, 2) + f32x4.extract_lane(sums, 3);
          store<f32>(dx, low + high + rest);
          dx += 4;
        }
      }
    }
    dy += <usize>outH * dyLine;
  }
}
