import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {channelsOf, type Pixels} from '../images/pixels';
import type {DetectedFace} from './detectedFace';
import {type FaceApiFace, facesOfFaceApi} from './facesOfFaceApi';
import {loadFaceApi} from './loadFaceApi';

/** Options of {@link faceDetector}. */
export interface FaceDetectorOptions {
  /** The score below which a face is left out, from 0 to 1. Default 0.5, as face-api's; less finds more faces, and more that are none. */
  minScore?: number;
  /** The most faces of an image, the surest first. Default 100. */
  maxFaces?: number;
}

/** Finds faces in images. */
export interface FaceDetector {
  /**
   * Finds the faces of an image, the surest first.
   *
   * @param image RGB, RGBA or gray pixels of any size.
   */
  detectFaces(image: Pixels): Promise<DetectedFace[]>;
  /** Disposes the weights. */
  dispose(): void;
}

/**
 * A detector of faces in Node: `@vladmandic/face-api`, an optional peer dependency that brings its weights. It computes on the
 * backend of TensorFlow.js that the program uses.
 *
 * SSD MobileNet v1 finds the faces in the image scaled to 512 pixels, a network of 68 landmarks the points. In a browser, run a detector of your choice and pass what it gives to
 * `facesOfFaceApi`, `facesOfHuman` or `facesOfMediaPipe`.
 *
 * @throws If `@vladmandic/face-api` is not installed; the message has the command that installs it.
 *
 * @example
 * ```ts
 * const detector = await faceDetector({minScore: 0.3});
 * const photo = {data: new Uint8Array(80 * 60 * 3), width: 80, height: 60};
 * const faces = await detector.detectFaces(photo);
 * const crops = faces.map(({landmarks}) => alignFace(photo, landmarks));
 * console.log(crops.length); // 0
 * detector.dispose();
 * ```
 */
export async function faceDetector(options: FaceDetectorOptions = {}): Promise<FaceDetector> {
  const {minScore = 0.5, maxFaces = 100} = checkOptions('faceDetector', options, {
    minScore: true,
    maxFaces: true,
  });
  check.between('faceDetector', 'minScore', minScore, 0, 1);
  check.count('faceDetector', 'maxFaces', maxFaces);
  const {api, weights} = loadFaceApi();
  const detection = new api.SsdMobilenetv1();
  const landmarks = new api.FaceLandmark68Net();
  await detection.loadFromDisk(weights);
  await landmarks.loadFromDisk(weights);
  return {
    async detectFaces(image) {
      const pixels = rgbTensor(image);
      try {
        const found = await detection.locateFaces(pixels, {
          // face-api takes neither 0 nor 1.
          minConfidence: Math.min(Math.max(minScore, 1e-6), 1 - 1e-6),
          maxResults: maxFaces,
        });
        const results: FaceApiFace[] = [];
        for (const each of found.filter(({score}) => score >= minScore)) {
          const [face] = await api.extractFaceTensors(pixels, [each]);
          if (face === undefined) continue;
          const points = await landmarks.detectLandmarks(face);
          face.dispose();
          results.push(api.extendWithFaceLandmarks(api.extendWithFaceDetection({}, each), points));
        }
        return facesOfFaceApi(results);
      } finally {
        pixels.dispose();
      }
    },
    dispose() {
      detection.dispose(false);
      landmarks.dispose(false);
    },
  };
}

/** An image as a tensor `[height, width, 3]`: face-api takes no other. */
function rgbTensor(image: Pixels): tf.Tensor3D {
  const {data, width, height} = image;
  const channels = channelsOf('detectFaces', image);
  if (![1, 3, 4].includes(channels)) {
    throw new Error(`detectFaces: image must have 1, 3 or 4 channels, but has ${channels}.`);
  }
  const rgb = new Int32Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = data[channels * pixel + (channels > 1 ? c : 0)];
  }
  return tf.tensor3d(rgb, [height, width, 3], 'int32');
}
