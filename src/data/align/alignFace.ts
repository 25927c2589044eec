import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {type ImageSize, rowsAndColumns} from '../images/imageSize';
import type {Pixels} from '../images/pixels';
import {faceTemplate} from './faceTemplate';
import {fitResidual} from './fitResidual';
import {type Point, similarityTransform} from './similarityTransform';
import {warp} from './warp';

/** Options of {@link alignFace}. */
export interface AlignOptions {
  /** Rows and columns, `112` or `[112, 96]`. Default 112. */
  size?: ImageSize;
  /** Target positions of the landmarks. Default: {@link faceTemplate} of the size; required if rows and columns differ. */
  template?: readonly Point[];
  /**
   * The largest residual of the fit: the root mean square distance of the transformed landmarks from the template, in pixels of a face
   * of 112 rows. Default 16. Of 1,470 faces of LFW the residual is 2.7 in the median and 7.7 at most; a full profile comes to 14 to 16.
   * With left and right swapped it is at least 21 on the same faces. `Infinity` takes any.
   */
  maxResidual?: number;
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
 * @throws If the number of landmarks differs from the template's, all landmarks are equal, their middle lies outside the photograph, or
 *   they do not fit the template (`maxResidual`), as with left and right swapped.
 *
 * @example
 * ```ts
 * const photo = {data: new Uint8Array(200 * 300 * 3), width: 200, height: 300};
 * const face = alignFace(photo, [[70, 120], [130, 118], [100, 160], [76, 195], [126, 194]]);
 * console.log(face.width, face.height); // 112 112
 * ```
 */
export function alignFace(image: Pixels, landmarks: readonly Point[], options: AlignOptions = {}): Pixels {
  const {
    size = 112,
    template,
    maxResidual = 16,
  } = checkOptions('alignFace', options, {size: true, template: true, maxResidual: true});
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
  if (maxResidual !== Infinity) check.notNegative('alignFace', 'maxResidual', maxResidual);
  const transform = similarityTransform(landmarks, target);
  checkPlace(image, landmarks);
  const residual = (fitResidual(transform, landmarks, target) * 112) / height;
  if (residual > maxResidual) {
    throw new Error(
      `alignFace: landmarks must fit the template to ${maxResidual} pixels of a face of 112 rows, but are off by ${residual.toFixed(1)}: ` +
        'left eye, right eye, nose, left and right corner of the mouth, where left is left in the image. Or raise maxResidual.',
    );
  }
  return warp(image, transform, width, height);
}

/** Throws where landmarks cannot be those of a face in the photograph, though a face may have their shape. */
function checkPlace({width, height}: Pixels, landmarks: readonly Point[]): void {
  const middle = [0, 1].map(
    axis => landmarks.reduce((sum, point) => sum + point[axis], 0) / landmarks.length,
  );
  const [x, y] = middle;
  const spread = Math.max(...landmarks.map(point => Math.hypot(point[0] - x, point[1] - y)));
  if (spread < 1) {
    throw new Error(
      `alignFace: landmarks must be in pixels, but lie within ${spread.toFixed(3)} pixels of their middle: multiply parts of the photograph by its size.`,
    );
  }
  if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) {
    throw new Error(
      `alignFace: the middle of the landmarks must lie in the photograph of ${width} × ${height} pixels, but is (${x.toFixed(1)}, ${y.toFixed(1)}): they may belong to another size of it.`,
    );
  }
}
