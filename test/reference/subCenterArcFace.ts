import {type ArcFaceOptions, arcFaceLogit} from './arcFace';
import {type HeadInputs, type HeadResult, softmaxLoss} from './softmaxLoss';
import {angle, type Matrix, type Vector} from './vectors';

/**
 * Sub-center ArcFace (ECCV 2020): every class has K centers, rows jK … jK + K − 1 of W, and its cosine is the
 * largest of theirs.
 *
 * The gradient goes to that center alone (the first of equals).
 */
export const subCenterArcFace = (
  inputs: HeadInputs,
  {subCenters, ...options}: ArcFaceOptions & {subCenters: number},
): HeadResult =>
  softmaxLoss(inputs, {
    classes: inputs.weights.length / subCenters,
    row: (x, weights, j) => nearestRow(x, weights, j * subCenters, subCenters),
    logit: arcFaceLogit(options),
  });

function nearestRow(x: Vector, weights: Matrix, first: number, count: number): number {
  const angles = weights.slice(first, first + count).map(w => angle(x, w));
  return first + angles.indexOf(Math.min(...angles));
}
