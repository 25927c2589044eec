import * as tf from '@tensorflow/tfjs-core';
import {input, type LayersModel, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {compact} from '../../../src/backbones/compact';
import {irResNet} from '../../../src/backbones/irResNet';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {exportWeights} from '../../../src/backbones/weights/exportWeights';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {useBackend} from '../../../src/backend/useBackend';
import {parseSafetensors, serializeSafetensors} from '../../../src/formats/safetensors';
import {floatValues, type StoredTensor} from '../../../src/formats/storedTensor';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {normFace} from '../../../src/losses/heads/normFace';
import {describeOnBackends} from '../../support/backends';
import {expectClose, onBackend, randomValues} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {expectSameWeights, filled, weightBytes} from './filled';
import {parity, stateDictFile} from './parityFixture';

const [, channels, height, width] = parity.shape;
const size = {
  embeddingSize: parity.embeddingSize,
  inputShape: [height, width, channels] as [number, number, number],
};

/** Tensors by name, as numbers. */
const contents = (file: Uint8Array) =>
  new Map(
    [...parseSafetensors(file, 'file')].map(([name, {type, shape, bytes}]) => [
      name,
      {type, shape, values: type === 'F32' ? floatValues({type, shape, bytes}) : [...bytes]},
    ]),
  );

const small = (seed: number, embeddingSize = 8) =>
  filled(() => mobileFaceNet({embeddingSize, inputShape: [16, 32, 3]}), seed);

async function mismatchOf(work: Promise<unknown>): Promise<WeightsMismatchError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(WeightsMismatchError);
  return error as WeightsMismatchError;
}

describe('a state dict of PyTorch comes back from exportWeights as it was, for a strict load', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each([
    ['iresnet18', () => irResNet({depth: 18, ...size}), 'insightface'],
    ['iresnet50, squeeze-and-excitation', () => irResNet({depth: 50, se: true, ...size}), 'insightface'],
    ['mbf', () => mobileFaceNet({variant: 'insightface', ...size}), 'insightface'],
    ['MobileFaceNet, TreB1eN', () => mobileFaceNet(size), 'treb1en'],
  ] as const)('%s', async (name, build, naming) => {
    const network = withoutInitialValues(build);
    const file = stateDictFile(parity.networks[name]);
    const tensors = tf.memory().numTensors;
    await importWeights(network, file);
    const exported = await exportWeights(network, {naming});
    expect(tf.memory().numTensors).toBe(tensors);
    const [theirs, ours] = [file, exported].map(contents);
    for (const statistic of [...theirs.keys()].filter(tensor => tensor.endsWith('.running_mean'))) {
      const counter = statistic.replace('running_mean', 'num_batches_tracked');
      expect(ours.get(counter)).toEqual({type: 'I64', shape: [], values: Array(8).fill(0)});
      ours.delete(counter);
    }
    expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
    for (const [tensor, {shape, values}] of theirs) {
      expect(ours.get(tensor)?.shape, tensor).toEqual(shape);
      expect(
        Buffer.compare(Buffer.from(ours.get(tensor)?.values as never), Buffer.from(values as never)),
        tensor,
      ).toBe(0);
    }
    network.dispose();
  });
});

describeOnBackends('weights', () => {
  it('go from one network into another', async () => {
    const [from, to] = [1, 2].map(seed =>
      filled(() => mobileFaceNet({variant: 'insightface', embeddingSize: 8, inputShape: [16, 32, 3]}), seed),
    );
    await importWeights(to, await exportWeights(from));
    expectSameWeights(to, weightBytes(from));
    from.dispose();
    to.dispose();
  });

  it('of a head too, with its learned scale', async () => {
    const embeddings = onBackend(randomValues([2, 4], 1)) as tf.Tensor2D;
    const [from, to] = [1, 2].map(seed => {
      const head = normFace({classes: 3, learnScale: true, scale: 5 * seed, seed});
      tf.dispose(head.apply(embeddings) as tf.Tensor);
      return head;
    });
    const file = await exportWeights(from);
    const tensors = parseSafetensors(file, 'file');
    expect([...tensors.keys()]).toEqual(['weight', 'scale']);
    expect(tensors.get('weight')?.shape).toEqual([3, 4]);
    expectClose(
      floatValues(tensors.get('weight') as StoredTensor),
      from.classWeights.dataSync(),
      'weight',
      0,
    );
    const before = tf.memory().numTensors;
    await importWeights(to, file);
    expect(tf.memory().numTensors).toBe(before);
    tf.tidy(() => {
      const [expected, actual] = [from, to].map(head => (head.apply(embeddings) as tf.Tensor).dataSync());
      expect(actual).toEqual(expected);
    });
    embeddings.dispose();
  });

  it('of partial FC, by PyTorch, are those of a head', async () => {
    const values = Float32Array.from({length: 12}, (_, i) => i - 5);
    const bytes = new Uint8Array(values.buffer);
    const file = serializeSafetensors(new Map([['weight', {type: 'F32', shape: [3, 4], bytes}]]));
    const head = arcFace({classes: 3});
    tf.dispose(head.apply(tf.zeros([1, 4])) as tf.Tensor);
    await importWeights(head, file);
    expect([...head.classWeights.dataSync()]).toEqual([...values]);
  });

  it('of a tfjs-layers save, as artifacts or behind a handler', async () => {
    const from = small(1);
    const artifacts = (await new Promise<tf.io.ModelArtifacts>(resolve => {
      from.save(
        tf.io.withSaveHandler(async saved => {
          resolve(saved);
          return {modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(saved)};
        }),
      );
    })) as tf.io.ModelArtifacts;
    for (const source of [artifacts, tf.io.fromMemory(artifacts)]) {
      const to = small(2);
      const before = tf.memory().numTensors;
      await importWeights(to, source);
      expect(tf.memory().numTensors).toBe(before);
      expectSameWeights(to, weightBytes(from));
      const broken = {...artifacts, weightData: (artifacts.weightData as ArrayBuffer).slice(4)};
      await expect(importWeights(to, broken)).rejects.toThrow(/the manifest needs \d+ bytes, but there are/);
      to.dispose();
    }
    const wider = small(1, 9);
    const error = await mismatchOf(importWeights(wider, artifacts));
    expect(error.misshapen[0]).toEqual({
      name: 'features.layers.2/kernel',
      expected: '[512, 9]',
      found: '[512, 8]',
    });
    wider.dispose();
    from.dispose();
  });
});

describe('importWeights', () => {
  let network: LayersModel;
  let tensors: Map<string, StoredTensor>;
  beforeAll(async () => {
    await useBackend('cpu');
    network = small(1);
    tensors = parseSafetensors(await exportWeights(network), 'file');
  });

  it('lists every difference in one error, and changes nothing', async () => {
    const before = weightBytes(network);
    const changed = new Map(tensors);
    changed.delete('layers.0.layers.0.weight');
    changed.delete('conv_sep.layers.1.running_var');
    changed.set('surplus', {type: 'F32', shape: [1, 2], bytes: new Uint8Array(8)});
    changed.set('features.layers.3.bias', {type: 'F32', shape: [7], bytes: new Uint8Array(28)});
    changed.set('features.layers.3.weight', {type: 'I32', shape: [8], bytes: new Uint8Array(32)});
    const error = await mismatchOf(importWeights(network, serializeSafetensors(changed), {name: 'mine'}));
    expect(error.missing).toEqual([
      'layers.0.layers.0.weight [64, 3, 3, 3]',
      'conv_sep.layers.1.running_var [512]',
    ]);
    expect(error.surplus).toEqual(['surplus [1, 2]']);
    expect(error.misshapen).toEqual([
      {name: 'features.layers.3.weight', expected: '[8]', found: 'I32 [8]'},
      {name: 'features.layers.3.bias', expected: '[8]', found: '[7]'},
    ]);
    expect(error.message).toMatch(
      /^importWeights: mine does not fit mobileFaceNet\. They part at layers\.0\.layers\.0\.weight \[64, 3, 3, 3\], which the file lacks\. 2 missing: .*; 1 surplus: .*; 2 of another shape: .*features\.layers\.3\.bias is \[7\], must be \[8\]/,
    );
    expectSameWeights(network, before);
  });

  it('takes names that DataParallel has put its prefix before, and files without the counters of PyTorch', async () => {
    const named = new Map(
      [...tensors]
        .filter(([name]) => !name.endsWith('num_batches_tracked'))
        .map(([name, tensor]) => [`module.${name}`, tensor]),
    );
    const other = small(2);
    await importWeights(other, serializeSafetensors(named));
    expectSameWeights(other, weightBytes(network));
  });

  it.each([
    ['F64', Float64Array.of(1.5, -2, 0.1), [1.5, -2, Math.fround(0.1)]],
    ['F16', Uint16Array.of(0x3e00, 0xc000, 0x0001), [1.5, -2, 2 ** -24]],
    ['BF16', Uint16Array.of(0x3fc0, 0xc000, 0x7f7f), [1.5, -2, 255 * 2 ** 120]],
  ] as const)('reads %s', async (type, values, expected) => {
    const file = serializeSafetensors(
      new Map([['weight', {type, shape: [3, 1], bytes: new Uint8Array(values.buffer)}]]),
    );
    const head = arcFace({classes: 3});
    tf.dispose(head.apply(tf.zeros([1, 1])) as tf.Tensor);
    await importWeights(head, file);
    expect([...head.classWeights.dataSync()]).toEqual(expected);
  });

  it('takes a convolution of two images to a channel as PyTorch has it', async () => {
    const images = input({shape: [5, 5, 2]});
    const deep = layers.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2, useBias: false, name: 'deep'});
    const own = model({inputs: images, outputs: deep.apply(images) as SymbolicTensor});
    // PyTorch: output g m + k reads channel g, with kernel [g m + k, 0].
    const kernel = Float32Array.from({length: 4 * 9}, (_, i) => i);
    const bytes = new Uint8Array(kernel.buffer);
    await importWeights(
      own,
      serializeSafetensors(new Map([['deep.weight', {type: 'F32', shape: [4, 1, 3, 3], bytes}]])),
    );
    const ours = own.getWeights()[0].arraySync() as number[][][][];
    for (const [y, x, g, k] of [
      [0, 0, 0, 1],
      [2, 1, 1, 0],
    ]) {
      expect(ours[y][x][g][k]).toBe((2 * g + k) * 9 + 3 * y + x);
    }
  });

  it('says what else a file is, and what to do', async () => {
    const file = (text: string) => new TextEncoder().encode(text);
    await expect(importWeights(network, file('PK\u0003\u0004.....'))).rejects.toThrow(
      /is truncated or damaged: it has no directory at its end/,
    );
    await expect(importWeights(network, file('{"modelTopology":{}}'))).rejects.toThrow(
      /is JSON\. .*tf\.io\.http/,
    );
    await expect(importWeights(network, new ArrayBuffer(0))).rejects.toThrow(/^the source is neither/);
    await expect(importWeights(arcFace({classes: 2}), new Uint8Array(9))).rejects.toThrow(
      /importWeights: .* has no weights before it is built; apply it to an input first/,
    );
    await expect(exportWeights(compact(), {naming: 'mine' as 'insightface'})).rejects.toThrow(
      /naming must be one of/,
    );
  });
});
