import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {compileFunction} from 'node:vm';
import * as tf from '@tensorflow/tfjs-core';
import type {FaceBox} from './detectedFace';
import type {FaceApiFace} from './facesOfFaceApi';

/** What is used of a network of face-api. */
interface FaceApiNetwork {
  loadFromDisk(folder: string): Promise<void>;
  dispose(throwOnRedispose?: boolean): void;
}

/** Where face-api has found a face, in parts of the image, and how sure it is. */
interface FaceApiDetection {
  relativeBox: FaceBox;
  score: number;
}

/** What is used of face-api. */
export interface FaceApi {
  SsdMobilenetv1: new () => FaceApiNetwork & {
    locateFaces(
      image: tf.Tensor3D,
      options: {minConfidence: number; maxResults: number},
    ): Promise<FaceApiDetection[]>;
  };
  FaceLandmark68Net: new () => FaceApiNetwork & {
    detectLandmarks(face: tf.Tensor3D): Promise<FaceApiFace['landmarks']>;
  };
}

/** face-api, and the folder of its weights. */
export interface LoadedFaceApi {
  api: FaceApi;
  weights: string;
}

const name = '@vladmandic/face-api';

let loaded: LoadedFaceApi | undefined;

/**
 * Loads `@vladmandic/face-api`, an optional peer dependency, on the TensorFlow.js of the program. Its own entries bring another
 * copy of TensorFlow.js or need the package of all of it; this one is its build for Node without either, given what it asks for.
 *
 * @throws If it is not installed; the message has the command that installs it.
 */
export function loadFaceApi(): LoadedFaceApi {
  loaded ??= load();
  return loaded;
}

function load(): LoadedFaceApi {
  const folder = packageFolder([import.meta.url, join(process.cwd(), 'package.json')]);
  const path = join(folder, 'dist/face-api.node-wasm.js');
  const require = createRequire(path);
  const given: Record<string, unknown> = {
    '@tensorflow/tfjs': tf,
    // The program has chosen its backend.
    '@tensorflow/tfjs-backend-wasm': {},
  };
  addMethods();
  const module = {exports: {}};
  const run = compileFunction(readFileSync(path, 'utf8'), ['require', 'module', 'exports'], {filename: path});
  run((wanted: string) => given[wanted] ?? require(wanted), module, module.exports);
  return {api: module.exports as FaceApi, weights: join(folder, 'model')};
}

function packageFolder(from: readonly string[]): string {
  for (const file of from) {
    try {
      return dirname(createRequire(file).resolve(`${name}/package.json`));
    } catch {}
  }
  throw new Error(
    `faceDetector: finding faces needs ${name}, which is not installed: run \`npm i ${name}\`.`,
  );
}

/** The methods of tensors that face-api calls, which the package of all of TensorFlow.js adds and that of its core does not. */
function addMethods(): void {
  const prototype = tf.Tensor.prototype as unknown as Record<string, unknown>;
  const reshaped = function (this: tf.Tensor, ...shape: number[]) {
    return tf.reshape(this, shape.length > 0 ? shape : [this.size]);
  };
  for (const method of ['as1D', 'as2D', 'as3D', 'as4D']) prototype[method] ??= reshaped;
  for (const [method, operation] of Object.entries({mul: tf.mul, sub: tf.sub, div: tf.div})) {
    prototype[method] ??= function (this: tf.Tensor, other: tf.Tensor) {
      return operation(this, other);
    };
  }
}
