import type {Point} from '../align/similarityTransform';
import {blazeFaceLandmarks} from './blazeFaceLandmarks';
import type {DetectedFace, FaceBox} from './detectedFace';
import {meshLandmarks} from './meshLandmarks';

/** A point of MediaPipe: in parts of the image's width and height. */
export interface MediaPipePoint {
  /** From 0 at the left edge to 1 at the right one. */
  x: number;
  /** From 0 at the upper edge to 1 at the lower one. */
  y: number;
}

/** What {@link facesOfMediaPipe} reads of the result of MediaPipe's `FaceDetector`. */
export interface MediaPipeDetections {
  /** One for each face. */
  detections: readonly {
    /** Where the face is, in pixels. */
    boundingBox?: {
      /** The left edge. */
      originX: number;
      /** The upper edge. */
      originY: number;
      /** From left to right. */
      width: number;
      /** From top to bottom. */
      height: number;
    };
    /** The first has the detector's score, from 0 to 1. */
    categories: readonly {
      /** From 0 to 1. */
      score: number;
    }[];
    /** Both eyes, the tip of the nose, the middle of the mouth, both ears. */
    keypoints: readonly MediaPipePoint[];
  }[];
}

/** What {@link facesOfMediaPipe} reads of the result of MediaPipe's `FaceLandmarker`. */
export interface MediaPipeMeshes {
  /** A mesh of 468 or 478 points for each face. */
  faceLandmarks: readonly (readonly MediaPipePoint[])[];
}

/**
 * The faces that MediaPipe has found (`@mediapipe/tasks-vision`), for {@link alignFace}.
 *
 * `FaceLandmarker` finds more exact points. It gives no score: its faces have 1, and their box is around their points. `FaceDetector`
 * finds the middle of the mouth alone: the corners are put where those of an aligned face would be.
 *
 * @param result What `faceDetector.detect(image)` or `faceLandmarker.detect(image)` gives.
 * @param image The image, or its size in pixels: MediaPipe's points are parts of it.
 * @throws If a face has another number of points, or the size of the image is not positive.
 *
 * @example
 * ```ts
 * const keypoints = [[0.3, 0.5], [0.7, 0.5], [0.5, 0.7], [0.5, 0.9], [0.1, 0.6], [0.9, 0.6]].map(([x, y]) => ({x, y}));
 * const boundingBox = {originX: 10, originY: 20, width: 80, height: 90, angle: 0};
 * const result = {detections: [{boundingBox, categories: [{score: 0.9}], keypoints}]};
 * const [{landmarks}] = facesOfMediaPipe(result, {width: 100, height: 100});
 * console.log(landmarks[0]); // [ 29.5, 49.5 ]
 * ```
 */
export function facesOfMediaPipe(
  result: MediaPipeDetections | MediaPipeMeshes,
  image: {
    /** Columns. */
    width: number;
    /** Rows. */
    height: number;
  },
): DetectedFace[] {
  const {width, height} = image;
  if (!(width > 0 && height > 0)) {
    throw new Error(
      `facesOfMediaPipe: image must have a width and a height, but they are ${width} and ${height}.`,
    );
  }
  // The center of the first pixel is (0, 0) for alignment; MediaPipe's edge of the image is.
  const inPixels = (points: readonly MediaPipePoint[]) =>
    points.map(({x, y}): Point => [x * width - 0.5, y * height - 0.5]);
  if ('faceLandmarks' in result) return result.faceLandmarks.map(points => ofMesh(inPixels(points)));
  return result.detections.map(({boundingBox, categories, keypoints}) => {
    const points = inPixels(keypoints);
    if (points.length !== 6) {
      throw new Error(`facesOfMediaPipe: a detection must have 6 keypoints, but has ${points.length}.`);
    }
    const box =
      boundingBox === undefined
        ? boxAround(points)
        : {
            x: boundingBox.originX,
            y: boundingBox.originY,
            width: boundingBox.width,
            height: boundingBox.height,
          };
    return {box, score: categories[0]?.score ?? 1, landmarks: blazeFaceLandmarks(points)};
  });
}

function ofMesh(mesh: readonly Point[]): DetectedFace {
  if (mesh.length !== 468 && mesh.length !== 478) {
    throw new Error(`facesOfMediaPipe: a mesh must have 468 or 478 points, but has ${mesh.length}.`);
  }
  return {box: boxAround(mesh), score: 1, landmarks: meshLandmarks(mesh)};
}

function boxAround(points: readonly Point[]): FaceBox {
  const [left, right] = [Math.min, Math.max].map(of => of(...points.map(([x]) => x)));
  const [top, bottom] = [Math.min, Math.max].map(of => of(...points.map(([, y]) => y)));
  return {x: left, y: top, width: right - left, height: bottom - top};
}
