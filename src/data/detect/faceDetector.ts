import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {resize} from '../augment/resize';
import {channelsOf, type Pixels, samePixelArray} from '../images/pixels';
import type {DetectedFace, FaceBox} from './detectedFace';
import {type FaceApiFace, facesOfFaceApi} from './facesOfFaceApi';
import {loadFaceApi} from './loadFaceApi';

/** Options of {@link faceDetector}. */
export interface FaceDetectorOptions {
  /** The score below which a face is left out, from 0 to 1. Default 0.5, as face-api's; less finds more faces, and more that are none. */
  minScore?: number;
  /** The most faces of an image, the surest first. Default 100. */
  maxFaces?: number;
}

/** Pixels of the longer side of what the network of faces, and that of landmarks, take. */
const [DETECTION_SIZE, LANDMARK_SIZE] = [512, 112];

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
 * SSD MobileNet v1 finds the faces in the image scaled to 512 pixels, a network of 68 landmarks the points. Where it finds none it looks
 * again with a border around the image, which a face that fills the image needs. In a browser, run a detector of your choice and pass what it gives to
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
  /** Finds boxes in an image with a black border, so many times as wide as the image. */
  async function locate(image: Pixels, border: number): Promise<FaceApiFace['detection'][]> {
    const around = 1 + 2 * border;
    const small = bordered(shrunk(image, DETECTION_SIZE / around), border);
    const found = await withTensor(small, pixels =>
      detection.locateFaces(pixels, {
        // face-api takes neither 0 nor 1.
        minConfidence: Math.min(Math.max(minScore, 1e-6), 1 - 1e-6),
        maxResults: maxFaces,
      }),
    );
    return found
      .filter(({score}) => score >= minScore)
      .map(({score, relativeBox: {x, y, width, height}}) => ({
        score,
        box: {
          x: (x * around - border) * image.width,
          y: (y * around - border) * image.height,
          width: width * around * image.width,
          height: height * around * image.height,
        },
      }));
  }
  return {
    async detectFaces(image) {
      const rgb = rgbOf(image);
      const found = await locate(rgb, 0);
      // A face that fills the image is found only where something is around it.
      const boxes = found.length > 0 ? found : await locate(rgb, 1);
      const results: FaceApiFace[] = [];
      for (const {score, box} of boxes) {
        const crop = cropped(rgb, box);
        if (crop === undefined) continue;
        const small = shrunk(crop.pixels, LANDMARK_SIZE);
        const {positions} = await withTensor(small, face => landmarks.detectLandmarks(face));
        const scale = {x: crop.pixels.width / small.width, y: crop.pixels.height / small.height};
        const inImage = positions.map(({x, y}) => ({x: crop.left + scale.x * x, y: crop.top + scale.y * y}));
        results.push({detection: {box, score}, landmarks: {positions: inImage}});
      }
      return facesOfFaceApi(results);
    },
    dispose() {
      detection.dispose(false);
      landmarks.dispose(false);
    },
  };
}

/** An image in RGB: face-api takes no other. */
function rgbOf(image: Pixels): Pixels {
  const {data, width, height} = image;
  const channels = channelsOf('detectFaces', image);
  if (![1, 3, 4].includes(channels)) {
    throw new Error(`detectFaces: image must have 1, 3 or 4 channels, but has ${channels}.`);
  }
  if (channels === 3) return image;
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let c = 0; c < 3; c++) rgb[3 * pixel + c] = data[channels * pixel + (channels > 1 ? c : 0)];
  }
  return {data: rgb, width, height};
}

/** An image whose longer side is at most so long: face-api would scale it by taking single pixels, on tensors of its whole size. */
function shrunk(image: Pixels, longest: number): Pixels {
  const {width, height} = image;
  const scale = longest / Math.max(width, height);
  if (scale >= 1) return image;
  return resize(
    image,
    Math.max(1, Math.round(scale * width)),
    Math.max(1, Math.round(scale * height)),
    'area',
  );
}

/** An RGB image in the middle of a black one, with borders so many times its own sides. */
function bordered(image: Pixels, border: number): Pixels {
  if (border === 0) return image;
  const [width, height] = [image.width * (1 + 2 * border), image.height * (1 + 2 * border)];
  const data = samePixelArray(image.data, 3 * width * height);
  for (let row = 0; row < image.height; row++) {
    const from = 3 * row * image.width;
    const to = 3 * ((row + border * image.height) * width + border * image.width);
    data.set(image.data.subarray(from, from + 3 * image.width), to);
  }
  return {data, width, height};
}

/** The part of an RGB image within a box, and where it begins; undefined if nothing is in it. */
function cropped(
  {data, width, height}: Pixels,
  box: FaceBox,
): {pixels: Pixels; left: number; top: number} | undefined {
  const [left, top] = [Math.max(0, Math.floor(box.x)), Math.max(0, Math.floor(box.y))];
  const columns = Math.min(width, Math.floor(box.x + box.width)) - left;
  const rows = Math.min(height, Math.floor(box.y + box.height)) - top;
  if (columns < 1 || rows < 1) return undefined;
  const part = samePixelArray(data, 3 * columns * rows);
  for (let row = 0; row < rows; row++) {
    const from = 3 * ((top + row) * width + left);
    part.set(data.subarray(from, from + 3 * columns), 3 * row * columns);
  }
  return {pixels: {data: part, width: columns, height: rows}, left, top};
}

/** Runs with the tensor `[height, width, 3]` of an image, and disposes it. */
async function withTensor<T>(
  {data, width, height}: Pixels,
  run: (image: tf.Tensor3D) => Promise<T>,
): Promise<T> {
  const tensor = tf.tensor3d(Int32Array.from(data), [height, width, 3], 'int32');
  try {
    return await run(tensor);
  } finally {
    tensor.dispose();
  }
}
