import type {Point} from '../align/similarityTransform';
import {blazeFaceLandmarks} from './blazeFaceLandmarks';
import type {DetectedFace} from './detectedFace';
import {meshLandmarks} from './meshLandmarks';

/** What {@link facesOfHuman} reads of a face: one of `result.face` of `@vladmandic/human`. */
export interface HumanFace {
  /** Left, top, width and height, in pixels of the image. */
  box: readonly number[];
  /** From 0 to 1. */
  score: number;
  /** 468 points, 478 with irises, or the six of the detector alone: x and y in pixels of the image, and a depth. */
  mesh: readonly (readonly number[])[];
}

/**
 * The faces that `@vladmandic/human` has found, for {@link alignFace}.
 *
 * Of a mesh, an eye is the middle of its corners and lids. Without one (`face: {mesh: {enabled: false}}`) there are six points, of which
 * the mouth is one: its corners are put where those of an aligned face would be, so that alignment is less exact.
 *
 * @param faces `result.face` of `await human.detect(image)`.
 * @throws If a face has another number of points.
 *
 * @example
 * ```ts
 * const result = {face: [{box: [10, 20, 80, 90], score: 0.9, mesh: [[30, 50], [70, 50], [50, 70], [50, 90], [12, 60], [88, 60]]}]};
 * const [{box, landmarks}] = facesOfHuman(result.face);
 * console.log(box.width, landmarks[1]); // 80 [ 70, 50 ]
 * ```
 */
export function facesOfHuman(faces: readonly HumanFace[]): DetectedFace[] {
  return faces.map(({box: [x, y, width, height], score, mesh}) => {
    const points = mesh.map(([x, y]): Point => [x, y]);
    if (![6, 468, 478].includes(points.length)) {
      throw new Error(
        `facesOfHuman: mesh must have 468 points, 478 with irises, or 6 without a mesh, but has ${points.length}.`,
      );
    }
    const landmarks = points.length === 6 ? blazeFaceLandmarks(points) : meshLandmarks(points);
    return {box: {x, y, width, height}, score, landmarks};
  });
}
