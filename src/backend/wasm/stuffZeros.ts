import * as tf from '@tensorflow/tfjs-core';

type Geometry = tf.backend_util.Conv2DInfo;

/** Inserts stride - 1 rows and columns of zeros after each row and column of `dy`. */
export function stuffZeros(dy: tf.Tensor4D, {strideHeight, strideWidth}: Geometry): tf.Tensor4D {
  const [batch, height, width, channels] = dy.shape;
  let stuffed: tf.Tensor = dy;
  if (strideWidth > 1) {
    const columns = tf.reshape(stuffed, [batch * height * width, 1, channels]);
    stuffed = tf.pad(columns, [
      [0, 0],
      [0, strideWidth - 1],
      [0, 0],
    ]);
  }
  if (strideHeight > 1) {
    const rows = tf.reshape(stuffed, [batch * height, 1, width * strideWidth * channels]);
    stuffed = tf.pad(rows, [
      [0, 0],
      [0, strideHeight - 1],
      [0, 0],
    ]);
  }
  return tf.reshape(stuffed, [batch, height * strideHeight, width * strideWidth, channels]);
}

/** Pads (or crops, if the forward padding exceeds the filter) so that a valid convolution has the input's size. */
export function padOrCrop(stuffed: tf.Tensor4D, info: Geometry): tf.Tensor4D {
  const [batch, height, width, channels] = stuffed.shape;
  const top = info.filterHeight - 1 - info.padInfo.top;
  const left = info.filterWidth - 1 - info.padInfo.left;
  const bottom = info.inHeight + info.filterHeight - 1 - height - top;
  const right = info.inWidth + info.filterWidth - 1 - width - left;
  const begin = [0, Math.max(0, -top), Math.max(0, -left), 0];
  const size = [
    batch,
    height - begin[1] - Math.max(0, -bottom),
    width - begin[2] - Math.max(0, -right),
    channels,
  ];
  const cropped = tf.slice(
    stuffed,
    begin as [number, number, number, number],
    size as [number, number, number, number],
  );
  return tf.pad(cropped, [
    [0, 0],
    [Math.max(0, top), Math.max(0, bottom)],
    [Math.max(0, left), Math.max(0, right)],
    [0, 0],
  ]);
}
