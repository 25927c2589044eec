import {faceTemplate} from './faceTemplate';
import {fitResidual} from './fitResidual';
import {type Point, similarityTransform} from './similarityTransform';

/**
 * How far landmarks are from the template after the best rotation, scale and shift: the root mean square distance, in pixels of a face of
 * 112 rows. `alignFace` refuses more than its `maxResidual`.
 *
 * @param landmarks Five points in the order of `alignFace`.
 * @throws If there are not five, a point is not finite, or all are equal.
 *
 * @example
 * ```ts
 * const residual = alignmentResidual([[70, 120], [130, 118], [100, 160], [76, 195], [126, 194]]);
 * console.log(residual.toFixed(1)); // 1.2
 * ```
 */
export function alignmentResidual(landmarks: readonly Point[]): number {
  const template = faceTemplate();
  return fitResidual(similarityTransform(landmarks, template), landmarks, template);
}
