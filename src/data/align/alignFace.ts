import {checkOptions} from '../../base/checkOptions';
import {type ImageSize, rowsAndColumns} from '../images/imageSize';
import type {Pixels} from '../images/pixels';
import {faceTemplate} from './faceTemplate';
import {type Point, similarityTransform} from './similarityTransform';
import {warp} from './warp';

/** What {@link alignFace} makes. */
export interface AlignOptions {
  /** Rows and columns, `112` or `[112, 96]`. Default 112. */
  size?: ImageSize;
  /** Where the landmarks shall lie. Default: {@link faceTemplate} of the size; to be given where rows and columns differ. */
  template?: readonly Point[];
}

/**
 * Turns, scales and shifts a photograph so that the five landmarks of a face come to lie where face networks expect them, and
 * cuts the face out. Networks learn and are tested on faces aligned in one way: alignment that differs costs more accuracy than
 * any loss gains.
 *
 * Landmarks come from a detector of your own (RetinaFace, MTCNN, MediaPipe, …). Where a detector's points differ from
 * InsightFace's five in order or meaning, choose those five from them.
 *
 * @param image Pixels of any count of channels: RGB, or the RGBA of a canvas.
 * @param landmarks The eye to the left in the image, the one to the right, the tip of the nose, the corner of the mouth to the
 *   left, the one to the right; in pixels, the center of the first being (0, 0).
 * @throws If the landmarks are not as many as the template's, or all the same.
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
