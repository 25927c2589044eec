import {Geometry} from './geometry';
import {madd, splat} from './lanes';

/**
 * dx[c] = sum over rows and columns of outputs of dy * w: of 16 channels where `T` is v128, of one where it is f32. From
 * one output to the next the taps go backwards.
 */
function gatherTaps<T>(
  dy: usize,
  dyLine: usize,
  w: usize,
  tapRow: usize,
  tapStep: usize,
  pixelBytes: usize,
  rows: i32,
  columns: i32,
  dx: usize,
): void {
  let a0 = splat<T>(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (let row = 0; row < rows; row++) {
    let gp = dy;
    let wp = w;
    for (let column = 0; column < columns; column++) {
      a0 = madd<T>(load<T>(gp), load<T>(wp), a0);
      if (isVector<T>()) {
        a1 = madd<T>(load<T>(gp, 16), load<T>(wp, 16), a1);
        a2 = madd<T>(load<T>(gp, 32), load<T>(wp, 32), a2);
        a3 = madd<T>(load<T>(gp, 48), load<T>(wp, 48), a3);
      }
      gp += pixelBytes;
      wp -= tapStep;
    }
    dy += dyLine;
    w -= tapRow;
  }
  store<T>(dx, a0);
  if (isVector<T>()) {
    store<T>(dx, a1, 16);
    store<T>(dx, a2, 32);
    store<T>(dx, a3, 48);
  }
}

/**
 * dx[iy][ix][c] = sum over taps and outputs of dy[oy][ox][c] * w[ky][kx][c] where iy = oy * strideH + ky - padTop
 * and likewise across. There are as many output as input channels (depth multiplier 1).
 */
export function depthwiseBackpropInput(dy: usize, filter: usize, dx: usize, geometry: Geometry): void {
  const inW = geometry.inWidth;
  const outC = geometry.outChannels;
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const padLeft = geometry.padLeft;
  const pixelBytes = geometry.outPixel;
  const dyLine = geometry.outRow;
  const tapLine = <usize>geometry.filterWidth * pixelBytes;
  const tapRow = <usize>strideH * tapLine;
  const tapStep = <usize>strideW * pixelBytes;
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let iy = 0; iy < geometry.inHeight; iy++) {
      const paddedY = iy + geometry.padTop;
      const oyStart = geometry.reachTop(iy);
      const rows = geometry.reachBottom(iy) - oyStart;
      for (let ix = 0; ix < inW; ix++) {
        const paddedX = ix + padLeft;
        const oxStart = geometry.reachLeft(ix);
        const columns = geometry.reachRight(ix) - oxStart;
        const firstTap =
          <usize>(paddedY - oyStart * strideH) * tapLine + <usize>(paddedX - oxStart * strideW) * pixelBytes;
        const firstOutput = <usize>oyStart * dyLine + <usize>oxStart * pixelBytes;
        let c = 0;
        for (; c <= outC - 16; c += 16) {
          const lane = (<usize>c) << 2;
          const g = dy + firstOutput + lane;
          const w = filter + firstTap + lane;
          gatherTaps<v128>(g, dyLine, w, tapRow, tapStep, pixelBytes, rows, columns, dx + lane);
        }
        for (; c < outC; c++) {
          const lane = (<usize>c) << 2;
          const g = dy + firstOutput + lane;
          const w = filter + firstTap + lane;
          gatherTaps<f32>(g, dyLine, w, tapRow, tapStep, pixelBytes, rows, columns, dx + lane);
        }
        dx += pixelBytes;
      }
    }
    dy += geometry.outImage;
  }
}
