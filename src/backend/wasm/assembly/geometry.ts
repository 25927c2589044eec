import {endInside, endReaching, firstInside, firstReaching} from './window';

/**
 * A convolution or a pooling of images, `[batch, height, width, channels]`. The host writes the fields into the
 * memory in this order, 4 bytes each, and passes their address.
 */
@unmanaged
export class Geometry {
  batchSize: i32;
  inHeight: i32;
  inWidth: i32;
  inChannels: i32;
  outHeight: i32;
  outWidth: i32;
  outChannels: i32;
  filterHeight: i32;
  filterWidth: i32;
  strideHeight: i32;
  strideWidth: i32;
  padTop: i32;
  padLeft: i32;

  /** Bytes of a pixel of the input. */
  get inPixel(): usize {
    return (<usize>this.inChannels) << 2;
  }

  /** Bytes of a row of the input. */
  get inRow(): usize {
    return <usize>this.inWidth * this.inPixel;
  }

  /** Bytes of an image of the input. */
  get inImage(): usize {
    return <usize>this.inHeight * this.inRow;
  }

  /** Bytes of a pixel of the output. */
  get outPixel(): usize {
    return (<usize>this.outChannels) << 2;
  }

  /** Bytes of a row of the output. */
  get outRow(): usize {
    return <usize>this.outWidth * this.outPixel;
  }

  /** Bytes of an image of the output. */
  get outImage(): usize {
    return <usize>this.outHeight * this.outRow;
  }

  /** First row of the input in the windows of output row `y`. */
  windowTop(y: i32): i32 {
    return max(0, y * this.strideHeight - this.padTop);
  }

  /** One past the last of them. */
  windowBottom(y: i32): i32 {
    return min(this.inHeight, y * this.strideHeight - this.padTop + this.filterHeight);
  }

  /** First column of the input in the windows of output column `x`. */
  windowLeft(x: i32): i32 {
    return max(0, x * this.strideWidth - this.padLeft);
  }

  /** One past the last of them. */
  windowRight(x: i32): i32 {
    return min(this.inWidth, x * this.strideWidth - this.padLeft + this.filterWidth);
  }

  /** First row of the output for which row `ky` of the filter is inside the input. */
  tapTop(ky: i32): i32 {
    return firstInside(ky - this.padTop, this.strideHeight);
  }

  /** One past the last of them. */
  tapBottom(ky: i32): i32 {
    return endInside(ky - this.padTop, this.strideHeight, this.inHeight, this.outHeight);
  }

  /** First column of the output for which column `kx` of the filter is inside the input. */
  tapLeft(kx: i32): i32 {
    return firstInside(kx - this.padLeft, this.strideWidth);
  }

  /** One past the last of them. */
  tapRight(kx: i32): i32 {
    return endInside(kx - this.padLeft, this.strideWidth, this.inWidth, this.outWidth);
  }

  /** First row of the output whose windows reach row `y` of the input. */
  reachTop(y: i32): i32 {
    return firstReaching(y + this.padTop, this.strideHeight, this.filterHeight);
  }

  /** One past the last of them. */
  reachBottom(y: i32): i32 {
    return endReaching(y + this.padTop, this.strideHeight, this.outHeight);
  }

  /** First column of the output whose windows reach column `x` of the input. */
  reachLeft(x: i32): i32 {
    return firstReaching(x + this.padLeft, this.strideWidth, this.filterWidth);
  }

  /** One past the last of them. */
  reachRight(x: i32): i32 {
    return endReaching(x + this.padLeft, this.strideWidth, this.outWidth);
  }
}

/** Bytes of a `Geometry`. */
export function geometryBytes(): i32 {
  return <i32>offsetof<Geometry>();
}
