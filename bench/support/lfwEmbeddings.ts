import {mkdir, readFile, rename, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {forInference} from '../../src/backbones/inference/forInference';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import {importWeightsFile} from '../../src/backbones/weights/weightsFile';
import {useBackend} from '../../src/backend/useBackend';
import type {FaceImages} from '../../src/data/faceImages';
import {imageTensors} from '../../src/data/images/imageTensors';
import {imageFolder} from '../../src/data/sources/imageFolder';
import {embedImages} from '../../src/evaluate/embeddings/embedImages';

/** Real faces with embeddings. */
export interface EmbeddedFaces {
  values: Float32Array;
  dimension: number;
  /** The person of each image. */
  labels: Int32Array;
  faces: FaceImages;
}

/** Where real faces are, from the environment; undefined where nobody named them. */
export const lfwData = process.env.FACE_MARGINS_DATA;

/**
 * Faces of LFW, embedded by the published MobileFaceNet: minutes the first time, then read from `out/bench/`.
 *
 * @param least How many images a person has at least: 1 for all 13,233, 5 for the 5,985 of 423 people.
 */
export async function lfwEmbeddings(least: number): Promise<EmbeddedFaces> {
  if (lfwData === undefined) throw new Error('FACE_MARGINS_DATA must name the folder of lfw/ and weights/.');
  const all = await imageFolder(join(lfwData, 'lfw/lfw-112x112.tar'), {size: 112});
  const faces = all.select((_, images) => images >= least);
  const cache = `out/bench/lfw-${least}-mobilefacenet-512.f32`;
  const dimension = 512;
  const bytes = await readFile(cache).catch(() => undefined);
  if (bytes?.length === faces.length * dimension * 4) {
    const values = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
    return {values, dimension, labels: faces.labels, faces};
  }
  await useBackend('wasm');
  const network = mobileFaceNet({embeddingSize: dimension});
  await importWeightsFile(network, join(lfwData, 'weights/mobilefacenet-512.onnx'));
  console.error(`Embedding ${faces.length} faces of LFW …`);
  const model = forInference(network);
  const {values} = await embedImages(
    model,
    imageTensors(faces.images, {size: 64, normalize: {mean: 127.5, deviation: 128}}),
  );
  model.dispose();
  network.dispose();
  await mkdir(dirname(cache), {recursive: true});
  // Whole or not at all: another process may be reading.
  await writeFile(`${cache}.new`, values);
  await rename(`${cache}.new`, cache);
  return {values, dimension, labels: faces.labels, faces};
}
