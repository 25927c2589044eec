import {readFile} from 'node:fs/promises';
import {join} from 'node:path';
import type * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {alignFace, arrayImages, imageTensors, type Point} from 'face-margins/data';
import {embedImages, roc, tarAtFar, templateScores} from 'face-margins/evaluate';
import {
  type FacePoints,
  parseFacePoints,
  parseTemplateImages,
  parseTemplatePairs,
} from 'face-margins/formats';
import sharp from 'sharp';
import {imageSizeOf} from '../openModel';
import {pixelsOf} from '../pixelsOf';
import type {EvaluateOptions} from './evaluateOptions';
import {type Evaluation, tarRow} from './evaluation';

/** Verification of templates by the published files of IJB-B or IJB-C. */
export async function evaluateTemplates(
  model: LayersModel,
  options: EvaluateOptions,
  progress: (name: string, total: number) => (done: number) => void,
): Promise<Evaluation> {
  const {protocol, meta = '', images = '', far, flip, batch} = options;
  const read = async <Content>(name: string, parse: (bytes: Uint8Array, file: string) => Content) => {
    const path = join(meta, `${protocol}_${name}.txt`);
    return parse(await readFile(path), path);
  };
  const faces = await read('face_tid_mid', parseTemplateImages);
  const points = await read('name_5pts_score', parseFacePoints);
  const pairs = await read('template_pair_label', parseTemplatePairs);
  const other = faces.images.findIndex((image, i) => image !== points.images[i]);
  if (other >= 0 || faces.images.length !== points.images.length) {
    throw new Error(
      `The files of ${meta} must name the same images in the same order, but part at image ${other + 1}.`,
    );
  }
  const embeddings = await embedImages(model, alignedBatches(model, images, points, options), {
    flip,
    batchSize: batch,
    onProgress: progress('images', faces.images.length),
  });
  const scored = templateScores({...faces, embeddings, detectorScores: points.scores, pairs});
  const rates = tarAtFar(scored, far);
  const curve = roc(scored);
  return {
    summary: `${faces.images.length} images, ${pairs.a.length} pairs of templates`,
    tables: [
      {
        title: `${curve.genuine} genuine and ${curve.impostors} impostor pairs`,
        rows: rates.map(rate => tarRow(rate)),
      },
    ],
    curves: [{name: protocol, ...curve}],
    hardest: {genuine: [], impostors: []},
    results: {tarAtFar: rates},
  };
}

/** The images, aligned by their points. */
async function* alignedBatches(
  model: LayersModel,
  folder: string,
  {images, points}: FacePoints,
  {batch, ...options}: EvaluateOptions,
): AsyncGenerator<tf.Tensor> {
  const size = imageSizeOf(model);
  const normalize = pixelsOf(model, options);
  for (let first = 0; first < images.length; first += batch) {
    const some = images.slice(first, first + batch);
    const pixels = await Promise.all(
      some.map(async (image, i) => {
        const {data, info} = await sharp(join(folder, image))
          .toColorspace('srgb')
          .removeAlpha()
          .raw()
          .toBuffer({resolveWithObject: true});
        const landmarks = Array.from({length: 5}, (_, p): Point => {
          const at = 10 * (first + i) + 2 * p;
          return [points[at], points[at + 1]];
        });
        return alignFace({data, width: info.width, height: info.height}, landmarks, {
          size,
          maxResidual: Infinity,
        }).data;
      }),
    );
    const values = new Uint8Array(pixels.length * size[0] * size[1] * 3);
    pixels.forEach((face, i) => {
      values.set(face, i * face.length);
    });
    const faces = arrayImages({
      images: values,
      labels: new Int32Array(pixels.length),
      shape: [pixels.length, ...size, 3],
    });
    yield* imageTensors(faces.images, {size: pixels.length, normalize});
  }
}
