import {readFileSync} from 'node:fs';
import {mkdtemp, open, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, type LayerVariable, layers, sequential} from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {saveModelFolder} from '../../../src/backbones/inference/modelFolder';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {exportWeights} from '../../../src/backbones/weights/exportWeights';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {exportWeightsFile, importWeightsFile} from '../../../src/backbones/weights/weightsFile';
import {useBackend} from '../../../src/backend/useBackend';
import {parseOnnx} from '../../../src/formats/parseOnnx';
import {parseSafetensors, serializeSafetensors} from '../../../src/formats/safetensors';
import type {StoredTensor} from '../../../src/formats/storedTensor';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {expectSameWeights, filled, weightBytes} from './filled';
import {tinyFile, tinyNetwork} from './tinyNetwork';

let folder: string;
beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'weights-'));
});
afterAll(() => rm(folder, {recursive: true}));

it('weights go through a file, and errors name it', async () => {
  const [from, to] = [1, 2].map(seed => filled(tinyNetwork, seed));
  const path = join(folder, 'tiny.safetensors');
  await exportWeightsFile(from, path);
  await importWeightsFile(to, path);
  expectSameWeights(to, weightBytes(from));
  await writeFile(path, 'PK\x03\x04');
  await expect(importWeightsFile(to, path)).rejects.toThrow(
    /tiny\.safetensors is truncated or damaged: it has no directory at its end/,
  );
});

it('a file that is replaced is whole at any moment: whoever has it open reads the old one', async () => {
  const path = join(folder, 'open.safetensors');
  const modelFolder = join(folder, 'open');
  const [before, after] = [1, 2].map(seed => filled(tinyNetwork, seed));
  const save = async (network: LayersModel) => {
    await exportWeightsFile(network, path);
    await saveModelFolder(network, modelFolder);
  };
  await save(before);
  for (const file of [path, join(modelFolder, 'weights.bin'), join(modelFolder, 'model.json')]) {
    const old = await readFile(file);
    const handle = await open(file);
    await save(after);
    expect(old.equals(await handle.readFile())).toBe(true);
    await handle.close();
    await save(before);
  }
  await save(after);
  await importWeightsFile(before, path);
  expectSameWeights(before, weightBytes(after));
  expect((await readdir(modelFolder)).sort()).toEqual(['model.json', 'weights.bin']);
  expect((await readdir(folder)).filter(name => name.startsWith('open'))).toEqual([
    'open',
    'open.safetensors',
  ]);
});

describe('weights that are not finite are refused, by the name of the first', () => {
  const spoilt = async (type: 'F32' | 'F64' | 'F16' | 'BF16', ...bytes: number[]) => {
    const tensors = parseSafetensors(await exportWeights(filled(tinyNetwork)), 'tiny');
    const sizes = {F32: 4, F64: 8, F16: 2, BF16: 2};
    for (const name of ['bn1.running_var', 'norm.weight']) {
      const {shape} = tensors.get(name) as StoredTensor;
      const values = new Uint8Array(shape[0] * sizes[type]);
      values.set(bytes, 3 * sizes[type]);
      tensors.set(name, {type, shape, bytes: values});
    }
    return serializeSafetensors(tensors);
  };
  // Little-endian, by the tables of IEEE 754.
  it.each<['F32' | 'F64' | 'F16' | 'BF16', string, number[]]>([
    ['F32', 'NaN', [0, 0, 0xc0, 0x7f]],
    ['F32', '-Infinity', [0, 0, 0x80, 0xff]],
    ['F64', 'NaN', [0, 0, 0, 0, 0, 0, 0xf8, 0x7f]],
    // 1e39, which is no float32.
    ['F64', 'Infinity', [0xd4, 0x85, 0x5d, 0xe3, 0x72, 0x83, 0x07, 0x48]],
    ['F16', 'Infinity', [0, 0x7c]],
    ['F16', 'NaN', [1, 0xfc]],
    ['BF16', 'NaN', [0xc0, 0x7f]],
    ['BF16', '-Infinity', [0x80, 0xff]],
  ])('%s: %s', async (type, value, bytes) => {
    const network = filled(tinyNetwork, 2);
    const own = weightBytes(network);
    await expect(
      importWeights(network, await spoilt(type, ...bytes), {name: 'x.safetensors'}),
    ).rejects.toThrow(
      `x.safetensors has ${value} in bn1.running_var, at place 3 of 16: a training that diverged leaves such weights.`,
    );
    expectSameWeights(network, own);
  });

  it('and the largest that are finite are taken', async () => {
    for (const [type, bytes] of [
      ['F32', [0xff, 0xff, 0x7f, 0x7f]],
      ['F16', [0xff, 0x7b]],
      ['BF16', [0x7f, 0xff]],
    ] as const) {
      await importWeights(filled(tinyNetwork), await spoilt(type, ...bytes));
    }
  });

  it('of ONNX files and of saves of TensorFlow.js too', async () => {
    const onnx = Uint8Array.from(tinyFile('tiny-plain.onnx'));
    const {constants} = await parseOnnx(onnx, 'x.onnx');
    const bias = constants.get('fc2.bias') as StoredTensor;
    bias.bytes.set([0, 0, 0xc0, 0x7f], 4);
    await expect(importWeights(tinyNetwork(), onnx, {name: 'x.onnx'})).rejects.toThrow(
      'x.onnx has NaN in fc2.bias, at place 1 of 4',
    );
    const saved: tf.io.ModelArtifacts[] = [];
    const network = filled(tinyNetwork);
    const last = network.weights.at(-1) as LayerVariable;
    last.write(tf.fill(last.shape as number[], Number.POSITIVE_INFINITY));
    await network.save(
      tf.io.withSaveHandler(async artifacts => {
        saved.push(artifacts);
        return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts)};
      }),
    );
    await expect(importWeights(tinyNetwork(), saved[0], {name: 'x.json'})).rejects.toThrow(
      `x.json has Infinity in ${last.originalName}, at place 0 of 4`,
    );
  });
});

it('a prefix is for state dicts', async () => {
  const network = filled(tinyNetwork);
  await expect(importWeights(network, tinyFile('tiny-plain.onnx'), {prefix: 'a.'})).rejects.toThrow(
    "importWeights: prefix must be left out for an ONNX file, whose names are not compared, but is 'a.'.",
  );
  await expect(importWeights(network, {weightSpecs: []} as object, {prefix: 'a.'})).rejects.toThrow(
    'prefix must be left out for a tfjs-layers save',
  );
  await expect(importWeights(network, new Uint8Array(), {prefix: 3 as unknown as string})).rejects.toThrow(
    "importWeights: prefix must be text such as 'teacher.', but is 3.",
  );
});

describe('a sequential network', () => {
  const make = () =>
    sequential({
      layers: [layers.dense({units: 3, inputShape: [4], name: 'a'}), layers.dense({units: 2, name: 'b'})],
    });

  it('takes weights and gives them before its first use', async () => {
    const from = make();
    const to = make();
    await importWeights(to, await exportWeights(from));
    expectSameWeights(to, weightBytes(from));
    const x = tf.ones([1, 4]);
    expect([...(to.predict(x) as tf.Tensor).dataSync()]).toEqual([
      ...(from.predict(x) as tf.Tensor).dataSync(),
    ]);
  });

  it('without layers says what to do', async () => {
    const network = sequential({name: 'mine'});
    const how = 'mine has no weights before it is built; add layers to it, the first with an inputShape.';
    await expect(exportWeights(network)).rejects.toThrow(`exportWeights: ${how}`);
    await expect(importWeights(network, await exportWeights(make()))).rejects.toThrow(
      `importWeights: ${how}`,
    );
  });
});

describe('a file of torch.save without plain tensors says what it has', () => {
  const file = (name: string) =>
    new Uint8Array(readFileSync(new URL(`../../fixtures/formats/torch-${name}.pth`, import.meta.url)));
  const cases: [string, string][] = [
    ['numpy', 'has NumPy arrays in place of tensors, such as b.weight. In Python, save tensors: torch.save('],
    ['numpy-new', 'has NumPy arrays in place of tensors, such as b.weight.'],
    [
      'meta',
      'has tensors without values, on the device meta, such as b.weight. Save the network after its weights are loaded.',
    ],
    [
      'sparse',
      'has sparse tensors, such as b.weight. In PyTorch, save them with all values: tensor.to_dense().',
    ],
    ['sparse-rows', 'has sparse tensors, such as b.weight.'],
    ['quantized', 'has quantized tensors, such as b.weight. In PyTorch, save the weights from before'],
  ];

  it.each(cases)('%s', async (name, sentence) => {
    const network = sequential({
      layers: [layers.dense({units: 2, inputShape: [3], name: 'b', useBias: false})],
    });
    await expect(importWeights(network, file(name), {name: 'x.pth'})).rejects.toThrow(`x.pth ${sentence}`);
  });

  it.each(cases)('%s, beside weights that are tensors', async (name, sentence) => {
    const both = sequential({
      layers: [
        layers.dense({units: 3, inputShape: [3], name: 'a', useBias: false}),
        layers.dense({units: 2, name: 'b', useBias: false}),
      ],
    });
    await expect(importWeights(both, file(`${name}-some`), {name: 'x.pth'})).rejects.toThrow(
      `x.pth ${sentence}`,
    );
    // A network that does not need them.
    const network = sequential({
      layers: [layers.dense({units: 3, inputShape: [3], name: 'a', useBias: false})],
    });
    await importWeights(network, file(`${name}-some`));
    expect([...network.getWeights()[0].dataSync()]).toEqual([0, 3, 6, 1, 4, 7, 2, 5, 8]);
  });
});

it('a folder in place of a file is said, with what is in it', async () => {
  const place = await mkdtemp(join(folder, 'place-'));
  const expectSaid = async (advice: string) =>
    expect(importWeightsFile(tinyNetwork(), place)).rejects.toThrow(
      `${place} is a folder, not a file of weights: ${advice}.`,
    );
  await expectSaid('give the path of a file');
  await writeFile(join(place, 'model.safetensors'), '');
  await writeFile(join(place, 'backbone.pth'), '');
  await writeFile(join(place, 'config.yaml'), '');
  await expectSaid('give one in it, such as backbone.pth or model.safetensors');
  await writeFile(join(place, 'model.json'), '');
  await expectSaid('load the model that TensorFlow.js saved there by loadModelFolder');
});

it('weights are found behind a prefix, with a head and an optimizer beside them', async () => {
  const [from, to] = [1, 2].map(seed => filled(tinyNetwork, seed));
  const plain = parseSafetensors(await exportWeights(from), 'tiny');
  const [[, some]] = plain;
  const checkpoint = new Map([
    ...[...plain].map(([name, tensor]) => [`state_dict.module.backbone.${name}`, tensor] as const),
    ['state_dict.module.head.weight', some] as const,
    ['optimizer.state.0.exp_avg', some] as const,
  ]);
  await importWeights(to, serializeSafetensors(checkpoint));
  expectSameWeights(to, weightBytes(from));
});

it('a prefix before the names of another implementation is found too', async () => {
  const make = (seed: number) =>
    filled(() => mobileFaceNet({inputShape: [16, 16, 3], embeddingSize: 8}), seed);
  const [from, to] = [make(1), make(2)];
  const saved = parseSafetensors(await exportWeights(from, {naming: 'treb1en'}), 'x');
  const named = new Map([...saved].map(([name, tensor]) => [`module.${name}`, tensor]));
  await importWeights(to, serializeSafetensors(named));
  expectSameWeights(to, weightBytes(from));
});

it('no weight of a network is taken for a head', async () => {
  const head = arcFace({classes: 2});
  head.build([null, 3]);
  const weight = {type: 'F32' as const, shape: [2, 3], bytes: new Uint8Array(24)};
  const file = serializeSafetensors(
    new Map([
      ['conv.weight', weight],
      ['fc.weight', weight],
    ]),
  );
  await expect(importWeights(head, file)).rejects.toThrow('1 missing: weight [2, 3]');
});

it.each([undefined, null, 3, 'weights.pth'])('%s is no source of weights', async source => {
  await expect(importWeights(tinyNetwork(), source as never)).rejects.toThrow(
    /^importWeights: source must be the bytes of a file, .*importWeightsFile takes a path\.$/,
  );
});
