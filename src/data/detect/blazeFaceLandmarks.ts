import {faceTemplate} from '../align/faceTemplate';
import type {Point} from '../align/similarityTransform';
import type {FaceLandmarks} from './detectedFace';

/** How far the corners of the mouth are from its middle, as a part of the distance of the eyes: as in the template of alignment. */
const [eye, otherEye, , corner, otherCorner] = faceTemplate();
const halfMouth = (otherCorner[0] - corner[0]) / 2 / (otherEye[0] - eye[0]);

/**
 * The five landmarks of the points of BlazeFace: left eye, right eye, nose, middle of the mouth, ears.
 *
 * BlazeFace has no corners of the mouth. They are put beside its middle, along the line of the eyes, as far apart as in an aligned
 * face.
 */
export function blazeFaceLandmarks([leftEye, rightEye, nose, mouth]: readonly Point[]): FaceLandmarks {
  const [x, y] = [halfMouth * (rightEye[0] - leftEye[0]), halfMouth * (rightEye[1] - leftEye[1])];
  return [leftEye, rightEye, nose, [mouth[0] - x, mouth[1] - y], [mouth[0] + x, mouth[1] + y]];
}
