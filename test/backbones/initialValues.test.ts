import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, expect, it} from 'vitest';
import {deepId} from '../../src/backbones/deepId';
import {faceNetNN1} from '../../src/backbones/faceNetNN1';
import {faceNetNN2} from '../../src/backbones/faceNetNN2';
import {faceResNet} from '../../src/backbones/faceResNet';
import {inceptionResNetV1} from '../../src/backbones/inceptionResNetV1';
import {irResNet} from '../../src/backbones/irResNet';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import {mobileNet} from '../../src/backbones/mobileNet';
import {mobileNetV2} from '../../src/backbones/mobileNetV2';
import {mobileNetV3} from '../../src/backbones/mobileNetV3';
import {useBackend} from '../../src/backend/useBackend';
import {meanAndDeviation} from '../../src/evaluate/meanAndDeviation';

/*
 * The deviation of each kernel's first values beside that of the implementation which the network follows. With a wrong one a network
 * trains worse or not at all, and nothing says so.
 */

beforeAll(async () => {
  await useBackend('cpu');
});

/** Shape and layer of a kernel, and the deviation that it is drawn with. */
type Rule = (layer: string, shape: number[]) => number;

/** Of InsightFace's `iresnet.py`: `normal_(0, 0.1)` in convolutions, and PyTorch's `Linear`, uniform between ±1/√fan_in. */
const insightFace: Rule = (layer, shape) => (layer === 'fc' ? 1 / Math.sqrt(3 * shape[0]) : 0.1);

/** Of `kaiming_normal_(mode='fan_out', nonlinearity='relu')`, where fan_out is the number of filters times the kernel's area. */
const kaiming: Rule = (_, shape) => {
  if (shape.length === 2) return Math.sqrt(2 / shape[1]);
  const [height, width, channels, filters] = shape;
  // A depthwise kernel is [height, width, channels, 1]: as many filters as channels.
  return Math.sqrt(2 / (height * width * (filters === 1 ? channels : filters)));
};

/** Of PyTorch where nothing else is said: uniform between ±1/√fan_in. */
const usual: Rule = (_, shape) =>
  Math.sqrt(1 / (3 * shape.slice(0, -1).reduce((product, size) => product * size, 1)));

/** Of Caffe's Xavier, uniform with the variance 1/fan_in, and a Gaussian of 0.01 within the residuals. */
const caffe: Rule = (layer, shape) =>
  layer.includes('_') ? 0.01 : 1 / Math.sqrt(shape.slice(0, -1).reduce((product, size) => product * size, 1));

/** He's, with half the variance in each of the two layers that are added. */
const he: Rule = (layer, shape) => usual(layer, shape) * Math.sqrt(layer.startsWith('fc') ? 3 : 6);

/** Of torchvision's MobileNets: Kaiming's, and 0.01 in the classifier. */
const torchvision: Rule = (layer, shape) => (layer.startsWith('classifier') ? 0.01 : kaiming(layer, shape));

const kaimingThenUsual: Rule = (layer, shape) => (layer === 'fc' ? usual : kaiming)(layer, shape);

const networks: [string, () => LayersModel, Rule][] = [
  ['irResNet', () => irResNet({depth: 18, se: true, inputShape: [48, 32, 3], seed: 1}), insightFace],
  ['mobileFaceNet', () => mobileFaceNet({inputShape: [48, 32, 3], seed: 1}), kaiming],
  ['mobileNet', () => mobileNet({width: 0.25, inputShape: [48, 32, 3], seed: 1}), kaimingThenUsual],
  [
    'inceptionResNetV1',
    () => inceptionResNetV1({blocks: [1, 1, 1], inputShape: [75, 75, 3], embeddingSize: 32, seed: 1}),
    usual,
  ],
  ['mobileNetV2', () => mobileNetV2({width: 0.25, inputShape: [32, 32, 3], seed: 1}), torchvision],
  ['mobileNetV3', () => mobileNetV3({width: 0.25, inputShape: [32, 32, 3], seed: 1}), torchvision],
  ['faceNetNN1', () => faceNetNN1({hidden: 16, inputShape: [32, 32, 3], seed: 1}), usual],
  ['faceNetNN2', () => faceNetNN2({inputShape: [32, 32, 3], seed: 1}), usual],
  ['deepId', () => deepId({seed: 1}), he],
  ['faceResNet', () => faceResNet({inputShape: [48, 40, 3], seed: 1}), caffe],
];

it.each(networks)('%s starts from the values of its original', (_, build, deviationOf) => {
  const network = build();
  for (const {name, weights} of network.layers) {
    const kernel = weights.find(({originalName}) => originalName.endsWith('ernel'))?.read();
    if (kernel === undefined) continue;
    const ratio = meanAndDeviation(kernel.dataSync()).deviation / deviationOf(name, kernel.shape);
    // Five standard errors of a deviation.
    expect(Math.abs(ratio - 1), name).toBeLessThan(5 / Math.sqrt(2 * kernel.size));
  }
  network.dispose();
});
