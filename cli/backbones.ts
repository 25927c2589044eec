import type {LayersModel} from '@tensorflow/tfjs-layers';
import {
  compact,
  deepId,
  faceNetNN1,
  faceNetNN2,
  faceResNet,
  inceptionResNetV1,
  irResNet,
  mobileFaceNet,
  mobileNet,
  mobileNetV2,
  mobileNetV3,
} from 'face-margins';
import type {backboneNames} from './names';
import {smallFaceNet} from './smallFaceNet';

/** What a network is made with; what is left out is as usual for it. */
export interface BackboneOptions {
  embeddingSize?: number;
  inputShape?: [height: number, width: number, channels: number];
  seed?: number;
}

/** Makes a network. */
type Backbone = (options?: BackboneOptions) => LayersModel;

/**
 * The networks `--backbone` chooses from. All but the first two have the names of PyTorch, by which weights are imported; of FaceNet's NN1 and
 * NN2 and of DeepID nobody publishes any.
 */
export const backbones: Record<(typeof backboneNames)[number], Backbone> & Record<string, Backbone> = {
  small: smallFaceNet,
  compact: options => compact({embeddingSize: 128, inputShape: [64, 64, 3], ...defined(options)}),
  mobilefacenet: mobileFaceNet,
  mbf: options => mobileFaceNet({variant: 'insightface', ...options}),
  'mbf-large': options =>
    mobileFaceNet({blocks: [2, 8, 12, 4], scale: 4, embeddingSize: 512, ...defined(options)}),
  'ir-18': options => irResNet({depth: 18, ...options}),
  'ir-34': options => irResNet({depth: 34, ...options}),
  'ir-50': options => irResNet({depth: 50, ...options}),
  'ir-se-50': options => irResNet({depth: 50, se: true, ...options}),
  'ir-100': options => irResNet({depth: 100, ...options}),
  'ir-200': options => irResNet({depth: 200, ...options}),
  'face-resnet': faceResNet,
  mobilenet: mobileNet,
  'mobilenet-v2': mobileNetV2,
  'mobilenet-v3-large': options => mobileNetV3({size: 'large', ...options}),
  'mobilenet-v3-small': options => mobileNetV3({size: 'small', ...options}),
  'inception-resnet-v1': inceptionResNetV1,
  'facenet-nn1': faceNetNN1,
  'facenet-nn2': faceNetNN2,
  deepid: deepId,
};

/** Options without those that are undefined, which would hide a default. */
function defined(options: BackboneOptions = {}): BackboneOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
