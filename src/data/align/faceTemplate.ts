import {check} from '../../base/check';
import type {Point} from './similarityTransform';

/** InsightFace's positions of eyes, nose and corners of the mouth in an aligned face of 112×112. */
const template112: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/**
 * The positions of five points in an aligned face: left eye, right eye, tip of the nose, left and right corner of the mouth, where
 * left is left in the image.
 *
 * The template of 112 is scaled to the size; sizes that are multiples of 128 first get 8 pixels more on each side. Both are
 * InsightFace's. (SphereFace's 112×96 is the template of 112 minus 8 pixels in x: shift it, and pass it to {@link alignFace}.)
 *
 * @param size Rows and columns of the aligned face. Default 112.
 */
export function faceTemplate(size = 112): Point[] {
  check.positive('faceTemplate', 'size', size);
  const [base, shift] = size % 128 === 0 ? [128, 8] : [112, 0];
  return template112.map(([x, y]) => [((x + shift) * size) / base, (y * size) / base]);
}
