import {stat} from 'node:fs/promises';
import {extname, join} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {forInference, modelFacts, setNormalization, useBackend} from 'face-margins';
import {exportOnnxFile, exportWeightsFile, saveModelFolder} from 'face-margins/node';
import type {ExportOptions} from './exportOptions';
import {anyBackend, needPackages} from './missingPackages';
import {openAsTrained} from './openModel';
import {pixelsOf} from './pixelsOf';

/** Writes a model for other programs. */
export async function exportModel(options: ExportOptions & {imagesAtOnce?: number}): Promise<void> {
  const {out, fold, json} = options;
  const isOnnx = /\.onnx$/i.test(out) || /\.onnx$/i.test(options.model);
  await needPackages('Exporting a model', {
    ...anyBackend,
    ...(isOnnx && {'@bufbuild/protobuf': () => import('@bufbuild/protobuf')}),
  });
  await useBackend(options.backend ?? 'cpu');
  const model = await openAsTrained(options);
  setNormalization(model, pixelsOf(model, options));
  const kind = extname(out).toLowerCase();
  const folded = fold && kind !== '.safetensors' ? forInference(model) : model;
  await write(folded, kind, options);
  const file = kind === '.onnx' || kind === '.safetensors' ? out : join(out, 'weights.bin');
  const {size: bytes} = await stat(file);
  const {imageSize, embeddingSize, normalize} = modelFacts(folded);
  const facts = {file: out, bytes, imageSize, embeddingSize, normalize};
  console.log(
    json
      ? JSON.stringify(facts)
      : `${out}: ${(bytes / 1e6).toFixed(1)} MB, images of ${imageSize?.join(' × ') ?? 'any size'}, embeddings of ${embeddingSize} numbers.`,
  );
}

async function write(
  model: LayersModel,
  kind: string,
  {
    out,
    opset,
    precision,
    pixels,
    channelsLast,
    unitLength,
    imagesAtOnce,
  }: ExportOptions & {imagesAtOnce?: number},
): Promise<void> {
  if (kind === '.safetensors') return exportWeightsFile(model, out);
  if (kind !== '.onnx') return saveModelFolder(model, out);
  const layout = channelsLast ? 'channelsLast' : 'channelsFirst';
  return exportOnnxFile(model, out, {opset, precision, pixels, layout, unitLength, batch: imagesAtOnce});
}
