import type {Point} from '../align/similarityTransform';
import type {FaceLandmarks} from './detectedFace';
import {middle} from './middle';

/** The places of the five points in MediaPipe's face mesh: of an eye its corners and two points of each lid. */
const places = {
  leftEye: [33, 160, 158, 133, 153, 144],
  rightEye: [362, 385, 387, 263, 373, 380],
  nose: 4,
  leftMouth: 61,
  rightMouth: 291,
};

/**
 * The five landmarks of a face mesh of 468 points, or of 478 with the irises. The irises are not used: an eye that looks aside would
 * turn the face.
 */
export function meshLandmarks(mesh: readonly Point[]): FaceLandmarks {
  const at = (place: number) => mesh[place];
  return [
    middle(places.leftEye.map(at)),
    middle(places.rightEye.map(at)),
    at(places.nose),
    at(places.leftMouth),
    at(places.rightMouth),
  ];
}
