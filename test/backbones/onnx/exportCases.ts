import * as tf from '@tensorflow/tfjs-core';
import {input, type LayersModel, layers, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {compact} from '../../../src/backbones/compact';
import {deepId} from '../../../src/backbones/deepId';
import {faceNetNN1} from '../../../src/backbones/faceNetNN1';
import {faceNetNN2} from '../../../src/backbones/faceNetNN2';
import {faceResNet} from '../../../src/backbones/faceResNet';
import {inceptionResNetV1} from '../../../src/backbones/inceptionResNetV1';
import {forInference} from '../../../src/backbones/inference/forInference';
import {irResNet} from '../../../src/backbones/irResNet';
import {leNetPlusPlus} from '../../../src/backbones/leNetPlusPlus';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {mobileNet} from '../../../src/backbones/mobileNet';
import {mobileNetV2} from '../../../src/backbones/mobileNetV2';
import {mobileNetV3} from '../../../src/backbones/mobileNetV3';
import {setNormalization} from '../../../src/backbones/normalizationOf';
import type {ExportOnnxOptions} from '../../../src/backbones/onnx/exportOnnx';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {uniforms} from '../weights/parityFixture';
import {tinyNetwork} from '../weights/tinyNetwork';

const size = {embeddingSize: 8, inputShape: [32, 16, 3] as [number, number, number]};
const pixelShape = {mean: [123.675, 116.28, 103.53], deviation: [58.395, 57.12, 57.375]};

/** A network of the user's own, of everything else that can be written. */
function ownNetwork(): LayersModel {
  const images = input({shape: [9, 7, 3]});
  const apply = (
    layer: {apply(x: SymbolicTensor | SymbolicTensor[]): unknown},
    x: SymbolicTensor | SymbolicTensor[],
  ) => layer.apply(x) as SymbolicTensor;
  const convolve = (x: SymbolicTensor, options: Partial<Parameters<typeof layers.conv2d>[0]> = {}) =>
    apply(layers.conv2d({filters: 4, kernelSize: 3, padding: 'same', ...options}), x);
  let x = convolve(images, {strides: 2, activation: 'relu', kernelSize: 4});
  x = apply(layers.averagePooling2d({poolSize: 3, strides: 2, padding: 'same'}), x);
  const branches = [
    'sigmoid',
    'tanh',
    'elu',
    'selu',
    'softplus',
    'softsign',
    'hardSigmoid',
    'softmax',
    'swish',
    'relu6',
  ];
  const activated = branches.map(activation =>
    apply(layers.activation({activation: activation as 'elu'}), convolve(x, {dilationRate: 2})),
  );
  const wide = apply(layers.concatenate(), activated);
  const padded = apply(
    layers.zeroPadding2d({
      padding: [
        [1, 2],
        [0, 1],
      ],
    }),
    wide,
  );
  const some = apply(layers.maxPooling2d({poolSize: 3, strides: 1}), padded);
  const deep = apply(layers.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2}), padded);
  const leaky = apply(layers.leakyReLU({alpha: 0.1}), apply(layers.elu(), deep));
  const gate = apply(layers.globalMaxPooling2d({}), some);
  const inner = input({shape: [4, 1, 80]});
  const part = model({
    inputs: inner,
    outputs: convolve(apply(layers.reLU({maxValue: 1}), inner), {filters: 40}),
  });
  let y = apply(part, leaky);
  const three = [y, convolve(y, {filters: 40}), convolve(y, {filters: 40, padding: 'valid', kernelSize: 1})];
  y = apply(layers.add(), three);
  const scaled = apply(layers.multiply(), [y, apply(layers.reshape({targetShape: [1, 1, 40]}), gate)]);
  const flat = apply(layers.flatten(), scaled);
  const normalized = apply(layers.batchNormalization({center: false, scale: false}), flat);
  const sums = [
    apply(layers.dense({units: 8, activation: 'tanh'}), flat),
    apply(layers.dense({units: 8}), normalized),
  ];
  return model({inputs: images, outputs: apply(layers.add(), sums), name: 'own'});
}

/** Every network, small. */
export const exportedNetworks: Record<string, () => LayersModel> = {
  irResNet: () => irResNet({depth: 18, dropout: 0.4, ...size}),
  'irResNet with se': () => irResNet({depth: 18, se: true, ...size}),
  'irResNet that pools': () => irResNet({depth: 18, shortcut: 'pooling', ...size}),
  mobileFaceNet: () => mobileFaceNet(size),
  mbf: () => mobileFaceNet({variant: 'insightface', ...size}),
  'mbf with blocks': () => mobileFaceNet({blocks: [2, 1, 1, 1], scale: 2, ...size}),
  mobileNet: () => mobileNet({width: 0.25, ...size}),
  mobileNetV2: () => mobileNetV2({width: 0.25, ...size}),
  mobileNetV3: () => mobileNetV3({width: 0.25, ...size}),
  'mobileNetV3, small': () => mobileNetV3({size: 'small', width: 0.25, ...size}),
  inceptionResNetV1: () => inceptionResNetV1({blocks: [1, 1, 1], embeddingSize: 8, inputShape: [75, 77, 3]}),
  faceNetNN1: () => faceNetNN1({hidden: 16, embeddingSize: 8, inputShape: [32, 33, 3]}),
  faceNetNN2: () => faceNetNN2({embeddingSize: 8, inputShape: [34, 32, 3]}),
  deepId: () => deepId({embeddingSize: 8}),
  faceResNet: () => faceResNet({embeddingSize: 8, inputShape: [48, 33, 3]}),
  leNetPlusPlus: () => leNetPlusPlus({embeddingPrelu: true}),
  compact: () => compact({embeddingSize: 4}),
  tiny: tinyNetwork,
  own: ownNetwork,
};

/** What a file is made of: a network of {@link exportedNetworks}, folded or not, and options. */
export interface ExportCase {
  name: string;
  network: string;
  folded: boolean;
  order?: 'bgr';
  options: ExportOnnxOptions;
}

/** Those of many weights that differ from another in little: two files of each are enough. */
const large = new Set([
  'mobileNetV2',
  'mobileNetV3',
  'mobileNetV3, small',
  'irResNet with se',
  'irResNet that pools',
  'inceptionResNetV1',
  'faceNetNN1',
  'faceNetNN2',
  'faceResNet',
]);

const everyNetwork = Object.keys(exportedNetworks).flatMap((network): ExportCase[] => [
  {name: `${network}, opset 13`, network, folded: false, options: {opset: 13}},
  {name: `${network}, folded`, network, folded: true, options: {}},
  ...(large.has(network) ? [] : inOtherPrecisions(network)),
]);

function inOtherPrecisions(network: string): ExportCase[] {
  return [
    {name: `${network}, folded, float16`, network, folded: true, options: {precision: 'float16'}},
    {
      name: `${network}, folded, int8, opset 13`,
      network,
      folded: true,
      options: {precision: 'int8', opset: 13},
    },
  ];
}

const tiny = (name: string, options: ExportOnnxOptions, order?: 'bgr'): ExportCase => ({
  name: `tiny, ${name}`,
  network: 'tiny',
  folded: true,
  order,
  options,
});

export const exportCases: ExportCase[] = [
  ...everyNetwork,
  tiny('pixels', {pixels: true}),
  tiny(
    'pixels, BGR, channels last, unit length',
    {pixels: true, layout: 'channelsLast', unitLength: true, opset: 13},
    'bgr',
  ),
  tiny('pixels, float16, unit length', {pixels: true, precision: 'float16', unitLength: true}),
  tiny('a batch of two', {batch: 2}),
];

/** A pattern over and over, which for millions of numbers is sooner made than numbers of their own. */
function patterned(size: number, pattern: Float32Array): Float32Array {
  const values = new Float32Array(size);
  values.set(pattern.subarray(0, size));
  for (let done = pattern.length; done < size; done *= 2)
    values.copyWithin(done, 0, Math.min(done, size - done));
  return values;
}

/** Weights that keep numbers of a usual size through any network, by their place in it. */
export function weighted(build: () => LayersModel): LayersModel {
  const network = withoutInitialValues(build);
  for (const [i, weight] of network.weights.entries()) {
    const shape = weight.shape as number[];
    const own = weight.originalName.split('/').at(-1) ?? '';
    const inputs =
      own === 'depthwise_kernel' ? shape[0] * shape[1] : tf.util.sizeFromShape(shape.slice(0, -1));
    const usual: Record<string, [middle: number, width: number]> = {
      kernel: [0, Math.sqrt(3 / inputs)],
      depthwise_kernel: [0, Math.sqrt(3 / inputs)],
      alpha: [0.25, 0.1],
      gamma: [1, 0.2],
      moving_variance: [1, 0.3],
    };
    const [middle, width] = usual[own] ?? [0, 0.2];
    const values = patterned(
      tf.util.sizeFromShape(shape),
      uniforms(`${i}`, 9973).map(value => middle + width * value),
    );
    tf.tidy(() => {
      weight.write(tf.tensor(values, shape));
    });
  }
  return network;
}

/** The network of a case, with weights; what it says of pixels; and folded if it is to be. */
export function networkOf({network: name, folded, order}: ExportCase): LayersModel {
  const network = weighted(exportedNetworks[name]);
  if (name === 'tiny') setNormalization(network, {...pixelShape, ...(order && {order})});
  if (!folded) return network;
  const deployed = forInference(network);
  network.dispose();
  return deployed;
}

/** Two images as a file takes them, and as its network does. */
export function imagesOf({options: {pixels, layout}, order}: ExportCase, network: LayersModel) {
  const shape = [2, ...(network.inputs[0].shape.slice(1) as number[])] as [number, number, number, number];
  const uniform = uniforms('images', tf.util.sizeFromShape(shape));
  const values = pixels ? uniform.map(value => Math.round(127.5 + 127.5 * value)) : uniform;
  const {mean, deviation} = pixelShape;
  return tf.tidy(() => {
    const rows = tf.tensor4d(values, shape);
    const ordered = order === 'bgr' ? tf.reverse(rows, 3) : rows;
    return {
      given: layout === 'channelsLast' ? tf.clone(rows) : tf.transpose(rows, [0, 3, 1, 2]),
      taken: pixels ? tf.div(tf.sub(ordered, mean), deviation) : rows,
    };
  });
}
