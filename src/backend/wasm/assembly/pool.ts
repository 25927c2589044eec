import {Geometry} from './geometry';
import {add, larger, mul, splat} from './lanes';

/** The largest number of a window of one image, or the sum of all. */
function reduceWindow<T>(x: usize, row: usize, pixel: usize, rows: i32, columns: i32, ofMaximum: boolean): T {
  let result = splat<T>(ofMaximum ? -Infinity : 0);
  for (let y = 0; y < rows; y++) {
    let at = x;
    for (let column = 0; column < columns; column++) {
      const value = load<T>(at);
      result = ofMaximum ? larger<T>(result, value) : add<T>(result, value);
      at += pixel;
    }
    x += row;
  }
  return result;
}

/** Pools images: the largest number of each window, or the mean of what it covers. */
function pool(x: usize, y: usize, geometry: Geometry, ofMaximum: boolean): void {
  const pixel = geometry.inPixel;
  const row = geometry.inRow;
  for (let n = 0; n < geometry.batchSize; n++) {
    for (let oy = 0; oy < geometry.outHeight; oy++) {
      const top = geometry.windowTop(oy);
      const rows = geometry.windowBottom(oy) - top;
      for (let ox = 0; ox < geometry.outWidth; ox++) {
        const left = geometry.windowLeft(ox);
        const columns = geometry.windowRight(ox) - left;
        const from = x + <usize>top * row + <usize>left * pixel;
        const share: f32 = ofMaximum ? 1 : 1.0 / <f32>(rows * columns);
        let at: usize = 0;
        for (; at + 16 <= pixel; at += 16) {
          const result = reduceWindow<v128>(from + at, row, pixel, rows, columns, ofMaximum);
          v128.store(y + at, mul<v128>(result, splat<v128>(share)));
        }
        for (; at < pixel; at += 4) {
          const result = reduceWindow<f32>(from + at, row, pixel, rows, columns, ofMaximum);
          store<f32>(y + at, mul<f32>(result, share));
        }
        y += pixel;
      }
    }
    x += geometry.inImage;
  }
}

/** Max pooling over NHWC images. A window with no pixel in the image is -Infinity. */
export function maxPool(x: usize, y: usize, geometry: Geometry): void {
  pool(x, y, geometry, true);
}

/** Average pooling over NHWC images: the mean of the pixels in the image that each window covers. */
export function avgPool(x: usize, y: usize, geometry: Geometry): void {
  pool(x, y, geometry, false);
}

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
export function maxPoolGrad(x: usize, y: usize, dy: usize, dx: usize, geometry: Geometry): void {
  const channels = geometry.inChannels;
  const pixel = geometry.inPixel;
  const row = geometry.inRow;
  const image = geometry.inImage;
  memory.fill(dx, 0, <usize>geometry.batchSize * image);
  for (let n = 0; n < geometry.batchSize; n++) {
    for (let oy = 0; oy < geometry.outHeight; oy++) {
      const top = geometry.windowTop(oy);
      const rows = geometry.windowBottom(oy) - top;
      for (let ox = 0; ox < geometry.outWidth; ox++) {
        const left = geometry.windowLeft(ox);
        const columns = geometry.windowRight(ox) - left;
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

/** to[c] += dy[c] * share, a `T` at a time from byte `at`; where the next one would pass `end` it stops and says so. */
function addShares<T>(to: usize, dy: usize, share: f32, at: usize, end: usize): usize {
  const shares = splat<T>(share);
  for (; at + sizeof<T>() <= end; at += sizeof<T>()) {
    store<T>(to + at, add<T>(load<T>(to + at), mul<T>(load<T>(dy + at), shares)));
  }
  return at;
}

/** Gradient of average pooling over NHWC images: each output's gradient in equal parts to the inputs it averaged. */
export function avgPoolGrad(dy: usize, dx: usize, geometry: Geometry): void {
  const pixel = geometry.inPixel;
  const row = geometry.inRow;
  const image = geometry.inImage;
  memory.fill(dx, 0, <usize>geometry.batchSize * image);
  for (let n = 0; n < geometry.batchSize; n++) {
    for (let oy = 0; oy < geometry.outHeight; oy++) {
      const top = geometry.windowTop(oy);
      const bottom = geometry.windowBottom(oy);
      for (let ox = 0; ox < geometry.outWidth; ox++) {
        const left = geometry.windowLeft(ox);
        const right = geometry.windowRight(ox);
        const share: f32 = 1.0 / <f32>((bottom - top) * (right - left));
        for (let iy = top; iy < bottom; iy++) {
          for (let ix = left; ix < right; ix++) {
            const to = dx + <usize>iy * row + <usize>ix * pixel;
            addShares<f32>(to, dy, share, addShares<v128>(to, dy, share, 0, pixel), pixel);
          }
        }
        dy += pixel;
      }
    }
    dx += image;
  }
}
