import * as tf from '@tensorflow/tfjs-core';
import {stuffZeros} from './stuffZeros';

type Shape4D = [number, number, number, number];

/** The pixels in the windows of a pooling: the input with padding, without rows that no window reaches. */
export class PoolWindows {
  private readonly height: number;
  private readonly width: number;

  constructor(private readonly info: tf.backend_util.Conv2DInfo) {
    this.height = (info.outHeight - 1) * info.strideHeight + info.filterHeight;
    this.width = (info.outWidth - 1) * info.strideWidth + info.filterWidth;
  }

  /** Every position of a window as (row, column). */
  *taps(): Generator<[number, number]> {
    for (let ky = 0; ky < this.info.filterHeight; ky++) {
      for (let kx = 0; kx < this.info.filterWidth; kx++) yield [ky, kx];
    }
  }

  /** Pads images to those pixels with `fill`. */
  frame(images: tf.Tensor4D, fill: number): tf.Tensor4D {
    const {batchSize, inHeight, inWidth, inChannels, padInfo} = this.info;
    const bottom = Math.max(0, this.height - padInfo.top - inHeight);
    const right = Math.max(0, this.width - padInfo.left - inWidth);
    const padding: [number, number][] = [
      [0, 0],
      [padInfo.top, bottom],
      [padInfo.left, right],
      [0, 0],
    ];
    return tf.slice(
      tf.pad(images, padding, fill),
      [0, 0, 0, 0],
      [batchSize, this.height, this.width, inChannels],
    );
  }

  /** The pixel at one position of each window, [batch, outHeight, outWidth, channels]. */
  gather(framed: tf.Tensor4D, [ky, kx]: [number, number]): tf.Tensor4D {
    const {batchSize, inChannels, strideHeight, strideWidth} = this.info;
    const end = [batchSize, this.bottom(ky), this.right(kx), inChannels];
    return tf.stridedSlice(framed, [0, ky, kx, 0], end, [1, strideHeight, strideWidth, 1]) as tf.Tensor4D;
  }

  /** Puts one number per window at the given position; the rest is zero. */
  scatter(values: tf.Tensor4D, [ky, kx]: [number, number]): tf.Tensor4D {
    const {batchSize, inChannels} = this.info;
    const size: Shape4D = [batchSize, this.bottom(0), this.right(0), inChannels];
    const apart = tf.slice(stuffZeros(values, this.info), [0, 0, 0, 0], size);
    return tf.pad(apart, [
      [0, 0],
      [ky, this.height - this.bottom(ky)],
      [kx, this.width - this.right(kx)],
      [0, 0],
    ]);
  }

  /** Removes the padding. */
  unframe(framed: tf.Tensor4D): tf.Tensor4D {
    const {batchSize, inHeight, inWidth, inChannels, padInfo} = this.info;
    const height = Math.min(inHeight, this.height - padInfo.top);
    const width = Math.min(inWidth, this.width - padInfo.left);
    const inside = tf.slice(
      framed,
      [0, padInfo.top, padInfo.left, 0],
      [batchSize, height, width, inChannels],
    );
    return tf.pad(inside, [
      [0, 0],
      [0, inHeight - height],
      [0, inWidth - width],
      [0, 0],
    ]);
  }

  private bottom(ky: number): number {
    return ky + (this.info.outHeight - 1) * this.info.strideHeight + 1;
  }

  private right(kx: number): number {
    return kx + (this.info.outWidth - 1) * this.info.strideWidth + 1;
  }
}
