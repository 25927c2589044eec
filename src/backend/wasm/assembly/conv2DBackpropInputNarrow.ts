import {Geometry} from './geometry';
import {madd, sumOfLanes} from './lanes';

/**
 * The gradient of a convolution with respect to an input of few channels, where the eight columns of a panel would be
 * mostly empty: every number of dx is a sum of dot products over the output channels.
 */
export function conv2DBackpropInputNarrow(dy: usize, filter: usize, dx: usize, geometry: Geometry): void {
  const inC = geometry.inChannels;
  const filterW = geometry.filterWidth;
  const strideH = geometry.strideHeight;
  const strideW = geometry.strideWidth;
  const pixelBytes = geometry.outPixel;
  const dyLine = geometry.outRow;
  for (let image = 0; image < geometry.batchSize; image++) {
    for (let iy = 0; iy < geometry.inHeight; iy++) {
      const paddedY = iy + geometry.padTop;
      const oyStart = geometry.reachTop(iy);
      const oyEnd = geometry.reachBottom(iy);
      for (let ix = 0; ix < geometry.inWidth; ix++) {
        const paddedX = ix + geometry.padLeft;
        const oxStart = geometry.reachLeft(ix);
        const oxEnd = geometry.reachRight(ix);
        for (let channel = 0; channel < inC; channel++) {
          let sums = f32x4.splat(0);
          let rest: f32 = 0;
          for (let oy = oyStart; oy < oyEnd; oy++) {
            const ky = paddedY - oy * strideH;
            let g = dy + <usize>oy * dyLine + <usize>oxStart * pixelBytes;
            for (let ox = oxStart; ox < oxEnd; ox++) {
              const kx = paddedX - ox * strideW;
              const w = filter + <usize>((ky * filterW + kx) * inC + channel) * pixelBytes;
              let at: usize = 0;
              for (; at + 16 <= pixelBytes; at += 16) {
                sums = madd<v128>(v128.load(g + at), v128.load(w + at), sums);
              }
              for (; at < pixelBytes; at += 4) rest += load<f32>(g + at) * load<f32>(w + at);
              g += pixelBytes;
            }
          }
          store<f32>(dx, sumOfLanes(sums) + rest);
          dx += 4;
        }
      }
    }
    dy += geometry.outImage;
  }
}
