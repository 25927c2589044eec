import {checkOptions} from '../../base/checkOptions';
import {type ImageSize, rowsAndColumns} from '../images/imageSize';
import type {Pixels} from '../images/pixels';
import {faceTemplate} from './faceTemplate';
import {type Point, similarityTransform} from './similarityTransform';
import {warp} from './warp';

/** Options of {@link alignFace}. */
export interface AlignOptions {
  /** Rows and columns, `112` or `[112, 96]`. Default 112. */
  size?: ImageSize;
  /** Target positions of the landmarks. Default: {@link faceTemplate} of the size; required if rows and columns differ. */
  template?: readonly Point[];
}

/**
 * Rotates, scales and shifts a photograph so that the five landmarks of a face are where face networks expect them, and crops the
 * face. Align training and test faces in the same way: a different alignment costs more accuracy than any loss gains.
 *
 * Your detector finds the landmarks (RetinaFace, MTCNN, MediaPipe, …). If it has other points or another order, pick InsightFace's
 * five.
 *
 * @param image Pixels with any number of channels: RGB, or the RGBA of a canvas.
 * @param landmarks Left eye, right eye, tip of the nose, left and right corner of the mouth, where left is left in the image. In
 *   pixels; the center of the first pixel is (0, 0).
 * @throws If the number of landmarks differs from the template's, or all landmarks are equal.
 *
 * @example
 * ```ts
 * const photo = {data: new Uint8Array(200 * 300 * 3), width: 200, height: 300};
 * const face = alignFace(photo, [[70, 120], [130, 118], [100, 160], [76, 195], [126, 194]]);
 * console.log(face.width, face.height); // 112 112
 * ```
 */
export function alignFace(image: Pixels, landmarks: readonly Point[], options: AlignOptions = {}): Pixels {
  const {size = 112, template} = checkOptions('alignFace', options, {size: true, template: true});
  const [height, width] = rowsAndColumns('alignFace', size);
  if (template === undefined && height !== width) {
    throw new Error(
      `alignFace: template must be given where rows and columns differ, but is left out for the size [${height}, ${width}].`,
    );
  }
  const target = template ?? faceTemplate(height);
  if (landmarks.length !== target.length) {
    throw new Error(`alignFace: landmarks must be ${target.length} points, but are ${landmarks.length}.`);
  }
  return warp(image, similarityTransform(landmarks, target), width, height);
}
