import {readFileSync} from 'node:fs';
import {input, type LayersModel, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {Normalization} from '../../../src/base/normalization';

export interface OnnxCase {
  name: string;
  file: Uint8Array;
  /** What the import has to state. */
  normalize?: Normalization;
  /** What onnxruntime makes of the images. */
  values: number[];
}

/** What `test/fixtures/backbones/make_onnx.py` wrote. */
interface OnnxCases {
  /** Two images `[2, 2, 2, 3]`, 0 to 255. */
  pixels: number[];
  preprocessing: OnnxCase[];
  leftovers: OnnxCase[];
  clip: OnnxCase[];
  hard: OnnxCase[];
  refused: OnnxCase[];
  external: OnnxCase & {data: Uint8Array};
}

export const onnxCases = JSON.parse(
  readFileSync(new URL('../../fixtures/backbones/onnx.json', import.meta.url), 'utf8'),
  (name, value) =>
    name === 'file' || name === 'data' ? new Uint8Array(Buffer.from(value, 'base64')) : value,
) as OnnxCases;

type Behind = {apply: (values: SymbolicTensor) => unknown}[];

/** The network of the files, with another kernel, and perhaps layers behind. */
export const onnxCaseNetwork = (...behind: Behind): LayersModel => pointwiseNetwork([2, 2, 3], 3, behind);

/** A 1×1 convolution. */
export function pointwiseNetwork(shape: number[], filters: number, behind: Behind = []): LayersModel {
  const images = input({shape});
  const first = layers.conv2d({filters, kernelSize: 1, useBias: false});
  const outputs = [first, ...behind].reduce((values, layer) => layer.apply(values) as SymbolicTensor, images);
  return model({inputs: images, outputs, name: 'small'});
}
