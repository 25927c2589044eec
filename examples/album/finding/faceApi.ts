// The detector calls methods of tensors, which TensorFlow.js lets a program register.
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import * as tf from '@tensorflow/tfjs-core';
import {
  env,
  FaceLandmark68Net,
  FaceRecognitionNet,
  NetInput,
  SsdMobilenetv1,
  type TResolvedNetInput,
} from '@vladmandic/face-api/dist/face-api.esm-nobundle.js';
import type {FaceBox, Point} from 'face-margins/data';

/** A face in a picture, in its pixels. */
export interface LocatedFace {
  box: FaceBox;
  /** From 0 to 1. */
  score: number;
}

/** The least score of a face; the detector's authors take 0.5, and 0.3 finds more faces that are turned or small. */
const minConfidence = 0.3;
const maxResults = 200;

/** The three networks of `@vladmandic/face-api` that the album uses: a detector, landmarks and an embedding. */
export class FaceApi {
  private readonly detector = new SsdMobilenetv1();
  private readonly landmarks = new FaceLandmark68Net();
  private readonly recognition = new FaceRecognitionNet();

  private constructor() {}

  /**
   * Loads the weights.
   *
   * @param folder The address of the package's folder `model`, with a slash at its end.
   * @param embedding Whether the network for embeddings is wanted.
   */
  static async load(folder: string, embedding: boolean): Promise<FaceApi> {
    provideEnvironment();
    const api = new FaceApi();
    const networks = [api.detector, api.landmarks, ...(embedding ? [api.recognition] : [])];
    await Promise.all(networks.map(network => network.loadFromUri(folder)));
    return api;
  }

  /** The faces of a picture. */
  async locate(picture: ImageData): Promise<LocatedFace[]> {
    const pixels = pixelTensorOf(picture);
    try {
      const found = await this.detector.locateFaces(theirs(pixels), {minConfidence, maxResults});
      return found.map(({score, box: {x, y, width, height}}) => ({score, box: {x, y, width, height}}));
    } finally {
      pixels.dispose();
    }
  }

  /** The 68 landmarks of a face that fills a picture, in pixels of the picture. */
  async landmarksOf(face: ImageData): Promise<Point[]> {
    const pixels = pixelTensorOf(face);
    try {
      const found = await this.landmarks.detectLandmarks(theirs(pixels));
      if (Array.isArray(found)) throw new Error('One face has landmarks of one.');
      return found.positions.map(({x, y}): Point => [x, y]);
    } finally {
      pixels.dispose();
    }
  }

  /** The embeddings of aligned faces, `[N, rows, columns, 3]` of pixels from 0 to 255. */
  embed(faces: tf.Tensor4D): tf.Tensor2D {
    return tf.tidy(() => {
      const input = new NetInput(tf.unstack(faces).map(theirs));
      return this.recognition.forwardInput(input) as unknown as tf.Tensor2D;
    });
  }
}

/** Its types have a TensorFlow.js of their own; the program has one for both. */
const theirs = (tensor: tf.Tensor) => tensor as unknown as TResolvedNetInput;

const pixelTensorOf = ({data, width, height}: ImageData): tf.Tensor3D =>
  tf.tidy(() =>
    tf.slice(tf.tensor3d(Uint8Array.from(data), [height, width, 4], 'int32'), [0, 0, 0], [-1, -1, 3]),
  );

/** Tells face-api where it runs: a worker has no document, for which it looks. */
function provideEnvironment(): void {
  class Absent {}
  const absent = Absent as never;
  env.setEnv({
    Canvas: absent,
    CanvasRenderingContext2D: absent,
    Image: absent,
    ImageData: absent,
    Video: absent,
    createCanvasElement: () => absent,
    createImageElement: () => absent,
    createVideoElement: () => absent,
    fetch: (url, init) => fetch(url, init),
    readFile: () => Promise.reject(new Error('A page reads no files by path.')),
  });
}
