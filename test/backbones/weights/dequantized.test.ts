import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, expect, it} from 'vitest';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {useBackend} from '../../../src/backend/useBackend';
import {serializeOnnx, type WrittenNode} from '../../../src/formats/serializeOnnx';
import type {StoredTensor} from '../../../src/formats/storedTensor';
import {onnxCaseNetwork} from './onnxCases';

beforeAll(() => useBackend('cpu'));

const bytes = (type: 'I8' | 'U8', shape: number[], values: number[]): StoredTensor => ({
  type,
  shape,
  bytes: Uint8Array.from(values),
});
const floats = (shape: number[], values: number[]): StoredTensor => ({
  type: 'F32',
  shape,
  bytes: new Uint8Array(Float32Array.from(values).buffer),
});

const shape = [3, 3, 1, 1];
const whole = [1, -2, 3, -4, 5, -6, 7, -128, 127];

/** A file whose kernel is made of whole numbers. */
function quantized(inputs: string[], constants: Record<string, StoredTensor>, axis?: number) {
  const node = (
    operation: string,
    from: string[],
    to: string,
    attributes: WrittenNode['attributes'] = {},
  ) => ({
    operation,
    name: to,
    inputs: from,
    outputs: [to],
    attributes,
  });
  return serializeOnnx({
    opset: 13,
    name: 'quantized',
    nodes: [
      node('DequantizeLinear', inputs, 'w', axis === undefined ? {} : {axis}),
      node('Conv', ['images', 'w'], 'y', {kernel_shape: [1, 1]}),
    ],
    constants: new Map(Object.entries(constants)),
    input: {name: 'images', type: 'F32', shape: ['batch', 3, 2, 2]},
    output: {name: 'y', type: 'F32', shape: ['batch', 3, 2, 2]},
    metadata: {},
  });
}

/** The kernel as the file has it, `[out, in]`. */
async function kernelOf(file: Promise<Uint8Array>): Promise<number[][]> {
  const network = onnxCaseNetwork();
  await importWeights(network, await file);
  return tf.tidy(() => tf.transpose(tf.reshape(network.getWeights()[0], [3, 3])).arraySync() as number[][]);
}

it.each([
  [
    0,
    [
      [0.5, -1, 1.5],
      [-1, 1.25, -1.5],
      [14, -256, 254],
    ],
  ],
  [
    1,
    [
      [0.5, -0.5, 6],
      [-2, 1.25, -12],
      [3.5, -32, 254],
    ],
  ],
  [
    -3,
    [
      [0.5, -0.5, 6],
      [-2, 1.25, -12],
      [3.5, -32, 254],
    ],
  ],
  [
    undefined,
    [
      [0.5, -0.5, 6],
      [-2, 1.25, -12],
      [3.5, -32, 254],
    ],
  ],
])('weights are whole numbers times a scale along axis %s', async (axis, expected) => {
  const constants = {q: bytes('I8', shape, whole), s: floats([3], [0.5, 0.25, 2])};
  expect(await kernelOf(quantized(['q', 's'], constants, axis))).toEqual(expected);
});

it('weights are less a zero point, and unsigned ones too', async () => {
  const constants = {
    q: bytes('U8', shape, [0, 1, 2, 128, 129, 127, 253, 254, 255]),
    s: floats([], [0.5]),
    z: bytes('U8', [], [128]),
  };
  expect(await kernelOf(quantized(['q', 's', 'z'], constants))).toEqual([
    [-64, -63.5, -63],
    [0, 0.5, -0.5],
    [62.5, 63, 63.5],
  ]);
});

it.each([
  ['too few whole numbers', {q: bytes('I8', shape, [1, 2]), s: floats([], [1])}],
  ['a scale of another length', {q: bytes('I8', shape, whole), s: floats([2], [1, 2])}],
  ['a scale that is whole', {q: bytes('I8', shape, whole), s: bytes('I8', [], [1])}],
  [
    'a zero point of another length',
    {q: bytes('I8', shape, whole), s: floats([], [1]), z: bytes('I8', [2], [1, 1])},
  ],
  ['no scale', {q: bytes('I8', shape, whole)}],
] as [string, Record<string, StoredTensor>][])(
  '%s: is refused, and nothing changes',
  async (_, constants) => {
    const network = onnxCaseNetwork();
    const before = network.getWeights()[0].dataSync();
    const inputs = ['q', 's', 'z'].filter(name => name in constants);
    const error = await importWeights(network, await quantized(inputs, constants)).catch(
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(WeightsMismatchError);
    expect(network.getWeights()[0].dataSync()).toEqual(before);
  },
);
