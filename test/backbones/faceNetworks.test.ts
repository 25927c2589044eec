import * as tf from '@tensorflow/tfjs-core';
import {input, type LayersModel, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {deepId} from '../../src/backbones/deepId';
import {faceNetNN1} from '../../src/backbones/faceNetNN1';
import {faceNetNN2} from '../../src/backbones/faceNetNN2';
import {faceResNet} from '../../src/backbones/faceResNet';
import {inceptionResNetV1} from '../../src/backbones/inceptionResNetV1';
import {irResNet} from '../../src/backbones/irResNet';
import {groupedConvolution} from '../../src/backbones/layers/groupedConvolution';
import {networkBlocks} from '../../src/backbones/layers/networkBlocks';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import {mobileNet} from '../../src/backbones/mobileNet';
import {mobileNetV2} from '../../src/backbones/mobileNetV2';
import {mobileNetV3} from '../../src/backbones/mobileNetV3';
import {useBackend} from '../../src/backend/useBackend';
import {backends} from '../support/backends';
import {expectClose, onBackend, randomValues} from '../support/kernelCheck';
import {saveAndLoad} from '../support/saveAndLoad';
import {withoutInitialValues} from '../support/withoutInitialValues';

const networks: [string, (options: {seed?: number; embeddingSize?: number}) => LayersModel][] = [
  ['irResNet', options => irResNet({depth: 18, se: true, inputShape: [32, 16, 3], ...options})],
  ['mobileFaceNet', options => mobileFaceNet({inputShape: [32, 16, 3], ...options})],
  ['mbf', options => mobileFaceNet({variant: 'insightface', inputShape: [32, 16, 3], ...options})],
  [
    'irResNet that pools',
    options => irResNet({depth: 18, shortcut: 'pooling', inputShape: [32, 16, 3], ...options}),
  ],
  ['mbf with blocks', options => mobileFaceNet({blocks: [2, 1, 1, 1], inputShape: [32, 16, 3], ...options})],
  ['faceResNet', options => faceResNet({inputShape: [48, 33, 3], ...options})],
  ['mobileNet', options => mobileNet({width: 0.25, dropout: 0, inputShape: [32, 16, 3], ...options})],
  [
    'inceptionResNetV1',
    options => inceptionResNetV1({blocks: [1, 1, 1], dropout: 0, inputShape: [75, 80, 3], ...options}),
  ],
  ['mobileNetV2', options => mobileNetV2({width: 0.25, dropout: 0, inputShape: [32, 16, 3], ...options})],
  ['mobileNetV3', options => mobileNetV3({size: 'small', dropout: 0, inputShape: [32, 16, 3], ...options})],
  ['faceNetNN1', options => faceNetNN1({hidden: 16, inputShape: [32, 32, 3], ...options})],
  ['faceNetNN2', options => faceNetNN2({inputShape: [32, 33, 3], ...options})],
  ['deepId', options => deepId(options)],
];

/** A network of one convolution, with its kernel. */
function one(shape: number[], build: (images: SymbolicTensor) => SymbolicTensor) {
  const images = input({shape});
  const network = model({inputs: images, outputs: build(images)});
  return {network, kernel: network.getWeights()[0]};
}

describe('a convolution reads the pixels that a padding of 1 gives it', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  const blocks = networkBlocks('test', {}, 1);

  it.each([
    {sides: [6, 8], strides: 2},
    {sides: [7, 5], strides: 2},
    {sides: [6, 7], strides: 2},
    {sides: [7, 6], strides: 2},
    {sides: [6, 7], strides: 1},
  ])('$sides, stride $strides', ({sides, strides}) => {
    tf.tidy(() => {
      const x = onBackend(randomValues([2, ...sides, 3], 1)) as tf.Tensor4D;
      const settings = {filters: 4, kernelSize: 3, strides, stddev: 1};
      const whole = one([...sides, 3], images => blocks.convolution(images, 'c', settings));
      const expected = tf.conv2d(x, whole.kernel as tf.Tensor4D, strides, 1);
      const actual = whole.network.predict(x) as tf.Tensor;
      expect(actual.shape).toEqual(expected.shape);
      expectClose(actual.dataSync(), expected.dataSync(), 'convolution', 1e-6);
      const deep = one([...sides, 3], images => blocks.depthwise(images, 'd', settings));
      expectClose(
        (deep.network.predict(x) as tf.Tensor).dataSync(),
        tf.depthwiseConv2d(x, deep.kernel as tf.Tensor4D, strides, 1).dataSync(),
        'depthwise',
        1e-6,
      );
    });
  });

  it('in groups, each output reads its own group only', () => {
    tf.tidy(() => {
      const [groups, members, channels] = [3, 2, 6];
      const x = onBackend(randomValues([2, 4, 5, channels], 1)) as tf.Tensor4D;
      const {network, kernel} = one([4, 5, channels], images =>
        groupedConvolution(blocks, images, 'g', {groups, stddev: 1}),
      );
      const depthwise = kernel as tf.Tensor4D;
      // Channel i of group g is at i · groups + g, and so is its row of kernels, one for every output of the group.
      const perGroup = Array.from({length: groups}, (_, g) => {
        const at = Array.from({length: members}, (_, i) => i * groups + g);
        const kernels = at.map(channel => tf.slice(depthwise, [0, 0, channel, 0], [3, 3, 1, members]));
        const own = at.map(channel => tf.slice(x, [0, 0, 0, channel], [2, 4, 5, 1]));
        return tf.conv2d(tf.concat(own, 3) as tf.Tensor4D, tf.concat(kernels, 2) as tf.Tensor4D, 1, 1);
      });
      const actual = network.predict(x) as tf.Tensor;
      expect(actual.shape).toEqual([2, 4, 5, channels]);
      expectClose(actual.dataSync(), tf.concat(perGroup, 3).dataSync(), 'grouped', 1e-6);
    });
  });
});

describe('what cannot be built is refused by name', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  it.each([
    [() => irResNet({depth: 51 as 50}), /irResNet: depth must be one of 18, 34, 50, .* but is 51/],
    [() => irResNet({inputShape: [112, 15, 3]}), /irResNet: inputShape\[1\] .* 16 or more, but is 15/],
    [() => irResNet({dropout: 1}), /irResNet: dropout must be .* but is 1/],
    [
      () => irResNet({shortcut: 'max' as 'pooling'}),
      /irResNet: shortcut must be one of convolution, pooling, but is max/,
    ],
    [() => irResNet({momentum: 2}), /irResNet: momentum .* but is 2/],
    [
      () => mobileFaceNet({variant: 'mbf' as 'paper'}),
      /variant must be one of paper, insightface, but is mbf/,
    ],
    [() => mobileFaceNet({scale: 1.5}), /mobileFaceNet: scale must be a whole number .* but is 1\.5/],
    [() => mobileFaceNet({blocks: [1, 0, 6, 2]}), /mobileFaceNet: blocks\[1\] .* but is 0/],
    [
      () => mobileFaceNet({blocks: [1, 4, 6] as unknown as [1, 4, 6, 2]}),
      /mobileFaceNet: blocks\[3\] .* but is undefined/,
    ],
    [() => mobileFaceNet({embeddingSize: 0}), /mobileFaceNet: embeddingSize .* but is 0/],
    [() => mobileFaceNet({epsilon: 0}), /mobileFaceNet: epsilon .* but is 0/],
    [() => mobileNet({inputShape: [112, 15, 3]}), /mobileNet: inputShape\[1\] .* 16 or more, but is 15/],
    [() => mobileNet({width: 0.01}), /mobileNet: width must be .* but is 0\.01/],
    [() => mobileNet({dropout: -0.1}), /mobileNet: dropout must be .* but is -0\.1/],
    [() => inceptionResNetV1({inputShape: [74, 96, 3]}), /inceptionResNetV1: .* 75 or more, but is 74/],
    [() => inceptionResNetV1({blocks: [5, 0, 5]}), /inceptionResNetV1: blocks\[1\] .* but is 0/],
    [() => inceptionResNetV1({epsilon: 0}), /inceptionResNetV1: epsilon .* but is 0/],
    [() => mobileNetV2({width: 0}), /mobileNetV2: width must be .* but is 0/],
    [() => mobileNetV2({inputShape: [15, 112, 3]}), /mobileNetV2: inputShape\[0\] .* 16 or more, but is 15/],
    [
      () => mobileNetV3({size: 'tiny' as 'small'}),
      /mobileNetV3: size must be one of large, small, but is tiny/,
    ],
    [() => mobileNetV3({dropout: 1}), /mobileNetV3: dropout must be .* but is 1/],
    [() => faceNetNN1({hidden: 0}), /faceNetNN1: hidden must be .* but is 0/],
    [() => faceNetNN1({inputShape: [31, 220, 3]}), /faceNetNN1: inputShape\[0\] .* 32 or more, but is 31/],
    [() => faceNetNN2({inputShape: [224, 31, 3]}), /faceNetNN2: inputShape\[1\] .* 32 or more, but is 31/],
    [() => deepId({inputShape: [39, 30, 3]}), /deepId: inputShape\[1\] .* 31 or more, but is 30/],
    [() => deepId({filters: [20, 40, 60, 0]}), /deepId: filters\[3\] .* but is 0/],
    [() => faceResNet({inputShape: [32, 48, 3]}), /faceResNet: inputShape\[0\] .* 33 or more, but is 32/],
  ])('%#', (build, message) => {
    expect(build).toThrow(message);
  });

  it('the smallest images are not', () => {
    const smallest = (side: number) => ({inputShape: [side, side, 3] as [number, number, number]});
    const built = withoutInitialValues(() => [
      irResNet({depth: 18, ...smallest(16)}),
      mobileFaceNet(smallest(16)),
      faceResNet(smallest(33)),
      mobileNet(smallest(16)),
      inceptionResNetV1({...smallest(75), embeddingSize: 64}),
      mobileNetV2(smallest(16)),
      mobileNetV3(smallest(16)),
      faceNetNN1(smallest(32)),
      faceNetNN2(smallest(32)),
      deepId(smallest(31)),
    ]);
    expect(built.map(({outputShape}) => outputShape)).toEqual([
      [null, 512],
      [null, 128],
      [null, 512],
      [null, 512],
      [null, 64],
      [null, 512],
      [null, 512],
      [null, 128],
      [null, 128],
      [null, 160],
    ]);
    for (const network of built) network.dispose();
  });
});

describe('mobileFaceNet', () => {
  it('starts alike from one seed, and differently from another, and no two layers alike', async () => {
    await useBackend('cpu');
    const kernels = (seed: number) =>
      mobileFaceNet({seed, inputShape: [16, 16, 3]})
        .getWeights()
        .flatMap(weight => (weight.rank === 4 ? [String(weight.dataSync().slice(0, 9))] : []));
    const [first, again, other] = [kernels(1), kernels(1), kernels(2)];
    expect(again).toEqual(first);
    expect(new Set([...first, ...other]).size).toBe(first.length + other.length);
  });
});

// These networks take the cpu backend seconds for every image.
describe.each(backends.filter(backend => backend !== 'cpu'))('on %s', backend => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(networks)('%s learns without a leak, and loads as a stock model', async (_, build) => {
    const network = build({embeddingSize: 8, seed: 1});
    const images = onBackend(randomValues([6, ...(network.inputs[0].shape.slice(1) as number[])], 1));
    const targets = onBackend(randomValues([6, 8], 2));
    const optimizer = tf.train.momentum(0.002, 0.9);
    const step = () =>
      tf.tidy(() => {
        const embeddings = () => network.apply(images, {training: true}) as tf.Tensor;
        const loss = () => tf.losses.meanSquaredError(targets, embeddings()) as tf.Scalar;
        return (optimizer.minimize(loss, true) as tf.Scalar).dataSync()[0];
      });
    const first = step();
    const before = tf.memory().numTensors;
    const later = Array.from({length: 3}, step);
    expect(later.at(-1)).toBeLessThan(first);
    expect(tf.memory().numTensors).toBe(before);
    const loaded = await saveAndLoad(network);
    tf.tidy(() => {
      const [expected, actual] = [network, loaded].map(each =>
        (each.predict(images) as tf.Tensor).dataSync(),
      );
      expectClose(actual, expected, 'prediction', 1e-5);
    });
    tf.dispose([images, targets]);
    optimizer.dispose();
    loaded.dispose();
    network.dispose();
  });
});
