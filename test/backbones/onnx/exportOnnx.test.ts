import {createHash} from 'node:crypto';
import {readFileSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import {input, type LayersModel, layers, model, sequential} from '@tensorflow/tfjs-layers';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {forInference} from '../../../src/backbones/inference/forInference';
import {withReduction} from '../../../src/backbones/inference/withReduction';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {normalizationOf} from '../../../src/backbones/normalizationOf';
import {exportOnnx} from '../../../src/backbones/onnx/exportOnnx';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {useBackend} from '../../../src/backend/useBackend';
import {parseOnnx} from '../../../src/formats/parseOnnx';
import {floatValues, type StoredTensor} from '../../../src/formats/storedTensor';
import {backends} from '../../support/backends';
import {expectClose} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {expectSameWeights, filled, weightBytes} from '../weights/filled';
import {tinyNetwork} from '../weights/tinyNetwork';
import {type ExportCase, exportCases, exportedNetworks, imagesOf, networkOf, weighted} from './exportCases';

/** What `test/fixtures/backbones/make_exported.py` wrote. */
const golden = JSON.parse(
  readFileSync(new URL('../../fixtures/backbones/exported.json', import.meta.url), 'utf8'),
) as Record<string, {sha256: string; values: string}>;

const onnxruntimeOf = ({name}: ExportCase) =>
  new Float32Array(Uint8Array.from(Buffer.from(golden[name].values, 'base64')).buffer);

const predicted = (network: LayersModel, images: tf.Tensor) =>
  tf.tidy(() => network.predict(images) as tf.Tensor2D);

/** What the network makes of the images, of length 1 if the file's are. */
function embeddingsOf(each: ExportCase, network: LayersModel): tf.TypedArray {
  const {given, taken} = imagesOf(each, network);
  const embeddings = predicted(network, taken);
  const result = tf.tidy(() =>
    each.options.unitLength ? tf.div(embeddings, tf.norm(embeddings, 2, 1, true)) : tf.clone(embeddings),
  );
  const values = result.dataSync();
  tf.dispose([given, taken, embeddings, result]);
  return values;
}

const tolerances = {float32: 1e-5, float16: 1e-2, int8: 1e-5};

beforeAll(async () => {
  await useBackend('wasm');
});

it('has golden values for every case', () => {
  expect(Object.keys(golden)).toEqual(exportCases.map(({name}) => name));
});

describe.each(exportCases)('$name as ONNX', each => {
  const {precision = 'float32'} = each.options;
  const own = each.network === 'own';
  let network: LayersModel;
  let file: Uint8Array;
  let before: number;

  // One network and one file for both tests: some have more than ten million weights.
  beforeAll(async () => {
    before = tf.memory().numTensors;
    network = networkOf(each);
    const tensors = tf.memory().numTensors;
    file = await exportOnnx(network, each.options);
    expect(tf.memory().numTensors).toBe(tensors);
  });

  afterAll(() => {
    network.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.runIf(precision === 'float32' && !own)(
    'comes back to the bit, with what it says of pixels',
    async () => {
      const other = withoutInitialValues(() => unfilled(each));
      const {normalize} = await importWeights(other, file);
      expect(normalize).toEqual(normalizationOf(network));
      expectSameWeights(other, weightBytes(network));
      other.dispose();
    },
  );

  it('gives in onnxruntime what it gives here', async () => {
    // These bytes are what onnxruntime has computed with; the fixture is made anew where they change.
    expect(createHash('sha256').update(file).digest('hex')).toBe(golden[each.name].sha256);
    // What int8 rounds is not what the network has: the file's own weights are.
    if (precision === 'int8' && !own) await importWeights(network, file);
    const tolerance = own && precision === 'int8' ? 0.05 : tolerances[precision];
    expectClose(embeddingsOf(each, network), onnxruntimeOf(each), 'embeddings', tolerance);
  });
});

/** The network of a case, with weights that are none of the file's. */
function unfilled({network, folded}: ExportCase): LayersModel {
  const whole = exportedNetworks[network]();
  if (!folded) return whole;
  const deployed = forInference(whole);
  whole.dispose();
  return deployed;
}

describe('a network as ONNX', () => {
  it.each(backends)('is the same file on %s', async backend => {
    const [each] = exportCases.filter(({name}) => name === 'mbf, folded');
    await useBackend(backend);
    const network = networkOf(each);
    const file = await exportOnnx(network);
    expect(createHash('sha256').update(file).digest('hex')).toBe(golden[each.name].sha256);
    network.dispose();
    await useBackend('wasm');
  });

  it('fits the network that has its batch normalizations too', async () => {
    const build = () => mobileFaceNet({embeddingSize: 8, inputShape: [32, 16, 3]});
    const network = weighted(build);
    const file = await exportOnnx(forInference(network));
    const other = filled(build, 2);
    await importWeights(other, file);
    const images = tf.randomUniform([2, 32, 16, 3], -1, 1, 'float32', 1);
    expectClose(
      predicted(other, images).dataSync(),
      predicted(network, images).dataSync(),
      'embeddings',
      1e-5,
    );
  });

  it('has int8 weights that are off by half a step of their channel at most, and all else as it is', async () => {
    const network = forInference(weighted(tinyNetwork));
    const [whole, rounded] = await Promise.all(
      (['float32', 'int8'] as const).map(async precision => {
        const {constants} = await parseOnnx(await exportOnnx(network, {precision}), precision);
        return constants;
      }),
    );
    const kernels = [...rounded.keys()].filter(name => name.endsWith('.int8'));
    // One input a channel is written as it is: there is nothing to share a scale.
    expect(kernels).toEqual(
      ['stem.0', 'grouped.0', 'downsample.0', 'conv1', 'conv2', 'se.fc1', 'fc', 'fc2'].map(
        layer => `${layer}.weight.int8`,
      ),
    );
    for (const [name, stored] of whole) {
      const bytes = rounded.get(`${name}.int8`);
      if (bytes === undefined) {
        expect(rounded.get(name)).toEqual(stored);
        continue;
      }
      const values = floatValues(stored);
      const numbers = new Int8Array(Uint8Array.from(bytes.bytes).buffer);
      const scales = floatValues(rounded.get(`${name}.scale`) as StoredTensor);
      const each = values.length / scales.length;
      for (const [channel, scale] of scales.entries()) {
        const own = Array.from({length: each}, (_, i) => channel * each + i);
        expect(Math.max(...own.map(i => Math.abs(numbers[i])))).toBe(127);
        expect(Math.max(...own.map(i => Math.abs(values[i] - numbers[i] * scale)))).toBeLessThan(
          0.5001 * scale,
        );
      }
    }
  });

  it('names nodes and weights by layers, one way in every process', async () => {
    const network = forInference(weighted(tinyNetwork));
    const {nodes, constants, inputs, outputs} = await parseOnnx(await exportOnnx(network), 'tiny.onnx');
    expect([inputs, outputs]).toEqual([['images'], ['embeddings']]);
    expect(nodes.map(({name}) => name).slice(0, 4)).toEqual(['stem.0', 'stem.2', 'grouped.0', 'grouped.1']);
    expect([...constants.keys()].slice(0, 3)).toEqual(['stem.0.weight', 'stem.0.bias', 'stem.2.weight']);
    const [first, second] = await Promise.all(
      [1, 2].map(async () => exportOnnx(weighted(exportedNetworks.compact))),
    );
    expect(Buffer.from(second).equals(first)).toBe(true);
  });

  it('takes the reduction behind the network along', async () => {
    const network = weighted(tinyNetwork);
    const directions = [1, 0, 0, 0, 0, 0, 0, 1];
    const short = withReduction(network, {from: 4, to: 2, directions, normalize: false});
    const {nodes} = await parseOnnx(await exportOnnx(short), 'short.onnx');
    expect(nodes.at(-1)).toMatchObject({operation: 'Gemm', name: 'reduction', outputs: ['embeddings']});
  });
});

describe('what cannot be written is refused', () => {
  const images = () => input({shape: [4, 4, 3]});
  const network = (...behind: {apply(x: unknown): unknown}[]) => {
    const first = images();
    return model({
      inputs: first,
      outputs: behind.reduce((x, layer) => layer.apply(x), first as unknown) as never,
      name: 'net',
    });
  };
  const flat = () => layers.flatten();

  it.each([
    [
      () => network(layers.upSampling2d({name: 'up'}), flat()),
      /^exportOnnx: layer up \(UpSampling2D\) must be one of Activation, Add, .*, ZeroPadding2D, but is a UpSampling2D\.$/,
    ],
    [
      () => network(layers.prelu({name: 'act'}), flat()),
      'exportOnnx: layer act (PReLU) must have one slope a channel (sharedAxes: [1, 2]), but has slopes [4,4,3].',
    ],
    [
      () =>
        network(layers.conv2d({filters: 1, kernelSize: 1, dataFormat: 'channelsFirst', name: 'c'}), flat()),
      'exportOnnx: layer c (Conv2D) must have channels last, but has channelsFirst.',
    ],
    [
      () => network(layers.batchNormalization({axis: 1, name: 'n'}), flat()),
      'exportOnnx: layer n (BatchNormalization) must normalize channels, which are last, but has axis 1.',
    ],
    [
      () => network(layers.reshape({targetShape: [2, 8, 3], name: 'r'}), flat()),
      'exportOnnx: layer r (Reshape) must keep each pixel as it is, but makes [2, 8, 3].',
    ],
    [
      () => network(layers.conv2d({filters: 1, kernelSize: 1, name: 'c'})),
      'exportOnnx: network must go from images [batch, height, width, channels] to embeddings [batch, D], but net goes from [any, 4, 4, 3] to [any, 4, 4, 1].',
    ],
    [
      () => sequential({layers: [layers.dense({units: 1, inputShape: [2]})], name: 'few'}),
      'exportOnnx: network must go from images [batch, height, width, channels] to embeddings [batch, D], but few goes from [any, 2] to [any, 1].',
    ],
  ] as [() => LayersModel, string | RegExp][])('%#', async (build, message) => {
    await expect(exportOnnx(build())).rejects.toThrow(message);
  });

  it('in an option', async () => {
    for (const [options, message] of [
      [{opset: 9}, 'exportOnnx: opset must be a number from 13 to 17, but is 9.'],
      [{opset: 13.5}, 'exportOnnx: opset must be a whole number of 1 or more, but is 13.5.'],
      [
        {precision: 'half' as never},
        'exportOnnx: precision must be one of float32, float16, int8, but is half.',
      ],
      [
        {layout: 'NCHW' as never},
        'exportOnnx: layout must be one of channelsFirst, channelsLast, but is NCHW.',
      ],
      [{batch: 0}, 'exportOnnx: batch must be a whole number of 1 or more, but is 0.'],
    ] as const) {
      await expect(exportOnnx(network(flat()), options)).rejects.toThrow(message);
    }
  });

  it('in a weight that float16 cannot hold', async () => {
    const large = network(flat(), layers.dense({units: 1, name: 'fc', kernelInitializer: 'ones'}));
    large.setWeights([tf.fill([48, 1], 65520), tf.zeros([1])]);
    await expect(exportOnnx(large, {precision: 'float16'})).rejects.toThrow(
      "exportOnnx: weights must be below 65520 for precision 'float16', but fc.weight has 65520: write float32.",
    );
    large.setWeights([tf.fill([48, 1], 65519), tf.zeros([1])]);
    await expect(exportOnnx(large, {precision: 'float16'})).resolves.toBeInstanceOf(Uint8Array);
  });

  it('where two layers have one name', async () => {
    const first = images();
    const part = (() => {
      const within = images();
      return model({
        inputs: within,
        outputs: layers.conv2d({filters: 3, kernelSize: 1, name: 'c'}).apply(within) as never,
        name: 'part',
      });
    })();
    const outer = layers.conv2d({filters: 3, kernelSize: 1, name: 'c'}).apply(part.apply(first) as never);
    const twice = model({inputs: first, outputs: flat().apply(outer as never) as never, name: 'twice'});
    await expect(exportOnnx(twice)).rejects.toThrow(
      'exportOnnx: layers of twice must have names of their own, but two have c.weight.',
    );
  });
});
