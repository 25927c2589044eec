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
}

/** Bytes of a `Geometry`. */
export function geometryBytes(): i32 {
  return <i32>offsetof<Geometry>();
}
