import type * as tf from '@tensorflow/tfjs-core';
import {advance} from './address';
import type {Heap} from './heap';
import {split} from './threads/piece';

/** Images, `[batch, height, width, channels]`, moved down by `top` and right by `left` in others of another size; `value` is around them. */
export function placedImages(
  heap: Heap,
  x: tf.TensorInfo,
  [outHeight, outWidth]: [number, number],
  {top, left, value = 0}: {top: number; left: number; value?: number},
): tf.TensorInfo {
  const [batch, inHeight, inWidth, channels] = x.shape;
  const out = heap.output([batch, outHeight, outWidth, channels]);
  const all = heap.addresses({x, out});
  const outImage = outHeight * outWidth * channels;
  heap.run(
    'placeImages',
    split(batch, outImage).map(({first, count}) => ({
      x: advance(all.x, 4 * first * inHeight * inWidth * channels),
      out: advance(all.out, 4 * first * outImage),
      images: count,
      ...{inHeight, inWidth, outHeight, outWidth, channels, top, left, value},
    })),
  );
  return out;
}
