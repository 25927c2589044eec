import type {LayersModel} from '@tensorflow/tfjs-layers';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import {checkedNormalization} from '../../base/normalization';
import {ownMetadata} from '../../formats/ownMetadata';
import {modelFacts} from '../modelFacts';
import type {OnnxPrecision} from './onnxPrecision';

/** Options of {@link exportOnnx}. */
export interface ExportOnnxOptions {
  /** The version of ONNX's operations, 13 to 17. Default 17; take 13 for older programs. */
  opset?: number;
  /**
   * `'float32'`, as the network has its weights; `'float16'`, half the bytes, for GPUs: the graph computes in float16 and takes and gives
   * float32; `'int8'`, a quarter of the bytes: kernels are whole numbers, one scale a channel, that the graph multiplies before it
   * computes in float32. Default 'float32'.
   */
  precision?: OnnxPrecision;
  /**
   * Whether the graph takes pixels, 0 to 255 and RGB, and normalizes them itself as the network says ({@link normalizationOf}; by default
   * (x − 127.5) / 127.5). Default false: it takes what the network takes.
   */
  pixels?: boolean;
  /** `'channelsFirst'`, `[batch, channels, height, width]`, as PyTorch's exports; `'channelsLast'`, as in TensorFlow.js. Default 'channelsFirst'. */
  layout?: 'channelsFirst' | 'channelsLast';
  /** Whether the graph scales each embedding to length 1. Default false, as the network. */
  unitLength?: boolean;
  /** Images in a batch, if that is to be fixed. Default: any number. */
  batch?: number;
}

/**
 * A network as an ONNX file, for onnxruntime and all that reads ONNX.
 *
 * It has one input, `images`, and one output, `embeddings`. The graph is the network as PyTorch would have it: nodes are named as the
 * layers, weights as in {@link exportWeights}, and {@link importWeights} takes them back to the bit. Give it what {@link forInference}
 * makes, whose batch normalizations are folded: it is faster, and float16 loses less. Needs the package `@bufbuild/protobuf`.
 *
 * @param network From images to embeddings: of this library, or of your own from layers such as these are made of.
 * @throws If a layer is none that can be written; the message has those that can.
 * @throws If a weight is too large for float16, or the package `@bufbuild/protobuf` is not installed.
 *
 * @example
 * ```js
 * const network = mobileFaceNet({inputShape: [32, 32, 3], embeddingSize: 64});
 * const file = await exportOnnx(forInference(network), {pixels: true});   // a Uint8Array
 * ```
 */
export async function exportOnnx(
  network: LayersModel,
  options: ExportOnnxOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'exportOnnx';
  const {
    opset = 17,
    precision = 'float32',
    pixels = false,
    layout = 'channelsFirst',
    unitLength = false,
    batch,
  } = checkOptions(where, options, {
    opset: true,
    precision: true,
    pixels: true,
    layout: true,
    unitLength: true,
    batch: true,
  });
  check.count(where, 'opset', check.between(where, 'opset', opset, 13, 17));
  check.oneOf(where, 'precision', precision, ['float32', 'float16', 'int8']);
  check.oneOf(where, 'layout', layout, ['channelsFirst', 'channelsLast']);
  if (batch !== undefined) check.count(where, 'batch', batch);
  checkEnds(network);
  const {normalize} = modelFacts(network);
  // As in importWeights, what knows the format loads when it is needed.
  const {onnxGraph} = await import('./onnxGraph');
  const {onnxWeights} = await import('./onnxWeights');
  const {serializeOnnx} = await import('../../formats/serializeOnnx');
  const {weights, constants, ...graph} = onnxGraph(network, {
    precision,
    normalize: pixels ? checkedNormalization(normalize, network.inputs[0].shape[3] ?? undefined) : undefined,
    channelsLast: layout === 'channelsLast',
    unitLength,
    batch,
  });
  const stored = await onnxWeights(weights, precision);
  return serializeOnnx({
    ...graph,
    opset,
    constants: new Map([...stored, ...constants]),
    metadata: metadataOf(network),
  });
}

/** What the network says of itself, as the text that the importer reads. */
function metadataOf(network: LayersModel): Record<string, string> {
  const {normalize, template, training} = modelFacts(network);
  const facts = JSON.stringify({normalize, template, training});
  return facts === '{}' ? {} : {[ownMetadata]: facts};
}

/** Throws unless a network goes from images to a list of numbers each. */
function checkEnds({name, inputs, outputs}: LayersModel): void {
  const shapes = (ends: typeof inputs) =>
    ends.map(({shape}) => `[${shape.map(length => length ?? 'any').join(', ')}]`).join(' and ');
  const [from, to] = [inputs, outputs];
  const fits = from.length === 1 && to.length === 1 && from[0].shape.length === 4 && to[0].shape.length === 2;
  if (fits && from[0].shape[3] !== null && to[0].shape[1] !== null) return;
  throw new Error(
    `exportOnnx: network must go from images [batch, height, width, channels] to embeddings [batch, D], but ${name} goes from ${shapes(from)} to ${shapes(to)}.`,
  );
}
