import type {Point} from '../align/similarityTransform';

/** A rectangle of an image, in pixels. It may reach beyond the image, as detectors have it. */
export interface FaceBox {
  /** The left edge. */
  x: number;
  /** The upper edge. */
  y: number;
  /** From left to right. */
  width: number;
  /** From top to bottom. */
  height: number;
}

/** The five points of {@link alignFace}, in its order. */
export type FaceLandmarks = readonly [
  leftEye: Point,
  rightEye: Point,
  nose: Point,
  leftMouth: Point,
  rightMouth: Point,
];

/** A face that a detector has found, in the same form whichever detector that was. */
export interface DetectedFace {
  /** Where the face is. */
  box: FaceBox;
  /** How sure the detector is, from 0 to 1. */
  score: number;
  /**
   * Left eye, right eye, tip of the nose, left and right corner of the mouth, where left is left in the image: as {@link alignFace}
   * takes them.
   */
  landmarks: FaceLandmarks;
}
