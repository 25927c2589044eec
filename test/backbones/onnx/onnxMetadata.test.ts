import {BinaryWriter, WireType} from '@bufbuild/protobuf/wire';
import {beforeAll, expect, it} from 'vitest';
import {modelFacts, setModelFacts} from '../../../src/backbones/modelFacts';
import {exportOnnx} from '../../../src/backbones/onnx/exportOnnx';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {useBackend} from '../../../src/backend/useBackend';
import {DataFormatError} from '../../../src/formats/dataFormatError';
import {expectSameWeights, filled, weightBytes} from '../weights/filled';
import {tinyNetwork} from '../weights/tinyNetwork';
import {weighted} from './exportCases';

beforeAll(() => useBackend('cpu'));

/** A file with one more text in its metadata. */
function withText(file: Uint8Array, key: string, text: string): Uint8Array {
  const entry = new BinaryWriter().tag(1, WireType.LengthDelimited).string(key);
  const bytes = entry.tag(2, WireType.LengthDelimited).string(text).finish();
  return Buffer.concat([file, new BinaryWriter().tag(14, WireType.LengthDelimited).bytes(bytes).finish()]);
}

const facts = {
  normalize: {mean: 127.5, deviation: 128, order: 'bgr'},
  template: [
    [30.5, 51.5],
    [65.5, 51.5],
  ],
  training: {head: 'ArcFace', epochs: 16, synthetic: false},
} as const;

it('has what the network says of itself, to the digit', async () => {
  const network = weighted(tinyNetwork);
  setModelFacts(network, facts);
  const other = filled(tinyNetwork, 2);
  expect(await importWeights(other, await exportOnnx(network))).toEqual({normalize: facts.normalize});
  expect(modelFacts(other)).toEqual({...facts, imageSize: [6, 8], embeddingSize: 4});
});

it('takes no text of others, and none that cannot be true', async () => {
  const file = await exportOnnx(weighted(tinyNetwork));
  const network = filled(tinyNetwork, 2);
  await importWeights(network, withText(file, 'author', '{"normalize": 3}'));
  expect(modelFacts(network)).toEqual({imageSize: [6, 8], embeddingSize: 4});
  const before = weightBytes(network);
  for (const [text, message] of [
    ['{"normalize": {"mean": [1, 2]}}', 'normalize: mean must be a number, or 3'],
    ['{"normalize": 3}', 'normalize: options must be an object'],
    ['{"template": [[1, 2]]}', 'its metadata: template must be two points or more'],
    [
      '{"template": [[1, null], [1, 2]]}',
      'its metadata: template[0][1] must be a finite number, but is null',
    ],
    ['{"training": {"by": {}}}', 'its metadata: training.by must be text, a number or a truth'],
    ['{"wrong": 1}', 'its metadata: an option must be one of normalize, template, training'],
    ['{"training": {"a": [[[1]]]}}', 'deeper than 4'],
    ['null', 'its metadata: options must be an object'],
    ['{', 'JSON'],
  ]) {
    const error = await importWeights(network, withText(file, 'face-margins', text), {name: 'x.onnx'}).catch(
      (reason: unknown) => reason as Error,
    );
    expect(error).toBeInstanceOf(DataFormatError);
    expect((error as Error).message).toContain('x.onnx is damaged: ');
    expect((error as Error).message).toContain(message);
    expectSameWeights(network, before);
  }
});
