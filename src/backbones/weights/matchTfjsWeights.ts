import * as tf from '@tensorflow/tfjs-core';
import {DataFormatError} from '../../formats/dataFormatError';
import {type StoredTensor, shapeText} from '../../formats/storedTensor';
import type {Assignment} from './assignment';
import {checkFinite} from './checkFinite';
import {explainNames} from './explainNames';
import type {PyTorchParameter} from './pyTorchParameters';
import {type WeightsMismatch, WeightsMismatchError} from './weightsMismatchError';

type Spec = tf.io.WeightsManifestEntry;

const elementBytes: Record<string, number> = {float32: 4, int32: 4, bool: 1, uint8: 1, uint16: 2, float16: 2};

/** Bytes that a weight takes in the file; NaN if it cannot be said. */
function byteLength({shape, dtype, quantization}: Spec): number {
  const bytes = elementBytes[quantization?.dtype ?? dtype];
  const counts = Array.isArray(shape) && shape.every(length => Number.isSafeInteger(length) && length >= 0);
  return counts && bytes !== undefined ? shape.reduce((size, length) => size * length, bytes) : Number.NaN;
}

/** Checks that the weights a manifest lists are as many bytes as there are, each name once. */
function checkManifest(specs: Spec[], present: number, file: string): void {
  let needed = 0;
  const names = new Set<string>();
  for (const spec of specs) {
    const {name, shape, dtype} = spec;
    if (typeof name !== 'string' || names.has(name)) {
      throw new DataFormatError(
        file,
        `is damaged: the manifest has the weight ${String(name)} twice, or without a name.`,
      );
    }
    names.add(name);
    const size = byteLength(spec);
    if (!(size <= present)) {
      throw new DataFormatError(
        file,
        `is damaged: weight ${name} of type ${dtype} and shape ${JSON.stringify(shape)} cannot be in ${present} bytes.`,
      );
    }
    needed += size;
  }
  if (needed !== present) {
    throw new DataFormatError(
      file,
      `is damaged: the manifest needs ${needed} bytes, but there are ${present}.`,
    );
  }
}

/** A weight as it is stored: in single or half precision, or in whole numbers between two bounds. */
function storedWeight({shape, quantization}: Spec, bytes: Uint8Array): StoredTensor {
  const type = quantization?.dtype ?? 'float32';
  if (type === 'float32' || type === 'float16') {
    return {type: type === 'float16' ? 'F16' : 'F32', shape, bytes};
  }
  const {min = 0, scale = 1} = quantization ?? {};
  return {type: 'F32', shape: [2], bytes: new Uint8Array(Float32Array.of(min, scale).buffer)};
}

/** The variables by the names under which tfjs-layers saves them. */
const savedName = ({variable}: PyTorchParameter) => variable.originalName;

/**
 * Matches parameters with the weights of a tfjs-layers save by their names.
 *
 * @throws {@link DataFormatError} if manifest and bytes do not belong together.
 * @throws {@link WeightsMismatchError} if the weights do not fit, with every difference.
 */
export function matchTfjsWeights(
  parameters: PyTorchParameter[],
  {weightSpecs, weightData}: tf.io.ModelArtifacts,
  file: string,
  target: string,
): Assignment[] {
  if (!Array.isArray(weightSpecs) || weightData === undefined) {
    throw new DataFormatError(file, `has no weights, weightSpecs and weightData.`);
  }
  const data = tf.io.CompositeArrayBuffer.join(weightData as ArrayBuffer | ArrayBuffer[]);
  checkManifest(weightSpecs, data.byteLength, file);
  const theirs = weightSpecs.map(({name, shape}) => ({name, shape}));
  const specs = new Map<string, {spec: Spec; from: number}>();
  let from = 0;
  for (const spec of weightSpecs) {
    specs.set(spec.name, {spec, from});
    from += byteLength(spec);
  }
  const mismatch: WeightsMismatch = {missing: [], surplus: [], misshapen: []};
  const assignments: Assignment[] = [];
  const taken = new Map<string, StoredTensor>();
  for (const parameter of parameters) {
    const name = savedName(parameter);
    const shape = parameter.variable.shape as number[];
    const found = specs.get(name);
    specs.delete(name);
    if (found === undefined) {
      mismatch.missing.push(`${name} ${shapeText(shape)}`);
    } else if (String(found.spec.shape) !== String(shape) || found.spec.dtype !== 'float32') {
      const type = found.spec.dtype === 'float32' ? '' : `${found.spec.dtype} `;
      mismatch.misshapen.push({name, expected: shapeText(shape), found: type + shapeText(found.spec.shape)});
    } else {
      const {spec, from} = found;
      const value = () => tf.io.decodeWeights(data.slice(from, from + byteLength(spec)), [spec])[name];
      taken.set(name, storedWeight(spec, new Uint8Array(data, from, byteLength(spec))));
      assignments.push({variable: parameter.variable, value});
    }
  }
  mismatch.surplus = [...specs].map(([name, {spec}]) => `${name} ${shapeText(spec.shape)}`);
  const ours = parameters.map(parameter => ({
    name: savedName(parameter),
    shape: parameter.variable.shape as number[],
  }));
  WeightsMismatchError.throwIfAny(file, target, mismatch, () => explainNames(mismatch, {ours, theirs}));
  for (const [name, stored] of taken) checkFinite(stored, name, file);
  return assignments;
}
