import type {Point} from '../align/similarityTransform';
import type {DetectedFace, FaceBox} from './detectedFace';
import {middle} from './middle';

/** What {@link facesOfFaceApi} reads of a face: a result of face-api's `detectAllFaces(image).withFaceLandmarks()`. */
export interface FaceApiFace {
  /** Where the face is, and how sure the detector is. */
  detection: {
    /** In pixels of the image. */
    box: FaceBox;
    /** From 0 to 1. */
    score: number;
  };
  /** The 68 points of iBUG 300-W. */
  landmarks: {
    /** In pixels of the image. */
    positions: readonly {
      /** To the right. */
      x: number;
      /** Down. */
      y: number;
    }[];
  };
}

/** The places of the five points among the 68 of iBUG 300-W. */
const places = {
  leftEye: [36, 37, 38, 39, 40, 41],
  rightEye: [42, 43, 44, 45, 46, 47],
  nose: 30,
  leftMouth: 48,
  rightMouth: 54,
};

/**
 * The faces that face-api has found (`@vladmandic/face-api`, or `face-api.js` before it), for {@link alignFace}.
 *
 * An eye is the middle of its six points, as face-api itself takes it.
 *
 * @param results What `detectAllFaces(image, options).withFaceLandmarks()` gives, or the one of `detectSingleFace` in an array.
 * @throws If a face has no landmarks, or another number than 68.
 *
 * @example
 * ```ts
 * // Plain objects suffice: this face has all of its points in one place.
 * const found = {
 *   detection: {box: {x: 10, y: 20, width: 80, height: 90}, score: 0.9},
 *   landmarks: {positions: Array.from({length: 68}, () => ({x: 50, y: 60}))},
 * };
 * const [{score, landmarks}] = facesOfFaceApi([found]);
 * console.log(score, landmarks[2]); // 0.9 [ 50, 60 ]
 * ```
 */
export function facesOfFaceApi(results: readonly FaceApiFace[]): DetectedFace[] {
  return results.map(({detection, landmarks}) => {
    const positions = landmarks?.positions;
    if (positions?.length !== 68) {
      throw new Error(
        `facesOfFaceApi: a face must have 68 landmarks, but has ${positions?.length ?? 'none'}: add \`.withFaceLandmarks()\` to the detection.`,
      );
    }
    const {x, y, width, height} = detection.box;
    const at = (place: number): Point => [positions[place].x, positions[place].y];
    return {
      box: {x, y, width, height},
      score: detection.score,
      landmarks: [
        middle(places.leftEye.map(at)),
        middle(places.rightEye.map(at)),
        at(places.nose),
        at(places.leftMouth),
        at(places.rightMouth),
      ],
    };
  });
}
