import {check} from '../../base/check';
import type {Point} from './similarityTransform';

/** Where eyes, nose and corners of the mouth lie in an aligned face of 112×112, as InsightFace has it. */
const template112: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
];

/**
 * Where five points lie in an aligned face: the eye to the left in the image, the one to the right, the tip of the nose, the
 * corner of the mouth to the left, the one to the right.
 *
 * Sizes that are multiples of 128 have the template of 112 with 8 pixels more on either side, all others that of 112 enlarged:
 * both are InsightFace's. (SphereFace's 112×96 is the template of 112 less 8 pixels in x: shift it, and give it to
 * {@link alignFace}.)
 *
 * @param size Rows and columns of the aligned face. Default 112.
 */
export function faceTemplate(size = 112): Point[] {
  check.positive('faceTemplate', 'size', size);
  const [base, shift] = size % 128 === 0 ? [128, 8] : [112, 0];
  return template112.map(([x, y]) => [((x + shift) * size) / base, (y * size) / base]);
}
