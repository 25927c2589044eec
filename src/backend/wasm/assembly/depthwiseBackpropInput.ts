/**
 * dx[iy][ix][c] = sum over taps and outputs of dy[oy][ox][c] * w[ky][kx][c] where iy = oy * strideH + ky - padTop
 * and likewise across. `outC` equals `inC` (depth multiplier 1).
 */
export function depthwiseBackpropInput(
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
  const pixelBytes = (<usize>inC) << 2;
  const dyLine = <usize>outW * pixelBytes;
  const tapLine = <usize>filterW * pixelBytes;
  const zero = f32x4.splat(0);
  for (let image = 0; image < batch; image++) {
    for (let iy = 0; iy < inH; iy++) {
      // Rows oy and taps ky with oy * strideH + ky = iy + padTop.
      const oyEnd = min(outH, (iy + padTop) / strideH + 1);
      const oyStart = max(0, (iy + padTop - filterH + strideH) / strideH);
      for (let ix = 0; ix < inW; ix++) {
        const oxEnd = min(outW, (ix + padLeft) / strideW + 1);
        const oxStart = max(0, (ix + padLeft - filterW + strideW) / strideW);
        const firstTap =
          <usize>(iy + padTop - oyStart * strideH) * tapLine +
          <usize>(ix + padLeft - oxStart * strideW) * pixelBytes;
        const firstOutput = <usize>oyStart * dyLine + <usize>oxStart * pixelBytes;
        const rows = oyEnd - oyStart;
        const columns = oxEnd - oxStart;
        let c = 0;
        for (; c <= outC - 16; c += 16) {
          const lane = (<usize>c) << 2;
          let g = dy + firstOutput + lane;
          let w = filter + firstTap + lane;
          let a0 = zero;
          let a1 = zero;
          let a2 = zero;
          let a3 = zero;
          for (let row = 0; row < rows; row++) {
            let gp = g;
            let wp = w;
            for (let column = 0; column < columns; column++) {
              a0 = f32x4.add(a0, f32x4.mul(v128.load(gp), v128.load(wp)));
              a1 = f32x4.add(a1, f32x4.mul(v128.load(gp, 16), v128.load(wp, 16)));
              a2 = f32x4.add(a2, f32x4.mul(v128.load(gp, 32), v128.load(wp, 32)));
              a3 = f32x4.add(a3, f32x4.mul(v128.load(gp, 48), v128.load(wp, 48)));
              gp += pixelBytes;
              wp -= <usize>strideW * pixelBytes;
            }
            g += dyLine;
            w -= <usize>strideH * tapLine;
          }
          v128.store(dx + lane, a0);
          v128.store(dx + lane, a1, 16);
          v128.store(dx + lane, a2, 32);
          v128.store(dx + lane, a3, 48);
        }
        for (; c < outC; c++) {
          const lane = (<usize>c) << 2;
          let g = dy + firstOutput + lane;
          let w = filter + firstTap + lane;
          let sum: f32 = 0;
          for (let row = 0; row < rows; row++) {
            let gp = g;
            let wp = w;
            for (let column = 0; column < columns; column++) {
              sum += load<f32>(gp) * load<f32>(wp);
              gp += pixelBytes;
              wp -= <usize>strideW * pixelBytes;
            }
            g += dyLine;
            w -= <usize>strideH * tapLine;
          }
          store<f32>(dx + lane, sum);
        }
        dx += pixelBytes;
      }
    }
    dy += <usize>outH * dyLine;
  }
}
