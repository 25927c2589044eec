import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, it} from 'vitest';
import {deepId} from '../../../src/backbones/deepId';
import {inceptionResNetV1} from '../../../src/backbones/inceptionResNetV1';
import {irResNet} from '../../../src/backbones/irResNet';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {mobileNet} from '../../../src/backbones/mobileNet';
import type {PyTorchNaming} from '../../../src/backbones/weights/pyTorchName';
import {useBackend} from '../../../src/backend/useBackend';
import {backends} from '../../support/backends';
import {expectParity} from './expectParity';
import {type GoldenNetwork, networksParity, parity, sizeOf} from './parityFixture';

const size = sizeOf(parity);

/** A network with the names and the values of PyTorch. */
type Case = [name: string, build: () => LayersModel, naming: PyTorchNaming, golden: GoldenNetwork];

const ofParity = (name: string, build: () => LayersModel, naming: PyTorchNaming = 'insightface'): Case => [
  name,
  build,
  naming,
  {...parity, ...parity.networks[name]},
];

const networks: Case[] = [
  ofParity('iresnet18', () => irResNet({depth: 18, ...size})),
  ofParity('iresnet50, squeeze-and-excitation', () => irResNet({depth: 50, se: true, ...size})),
  ofParity('mbf', () => mobileFaceNet({variant: 'insightface', ...size})),
  ofParity('MobileFaceNet, TreB1eN', () => mobileFaceNet(size), 'treb1en'),
  ...Object.entries<(size: ReturnType<typeof sizeOf>) => LayersModel>({
    mobileNet: size => mobileNet({width: 0.25, dropout: 0, ...size}),
    deepId: size => deepId({filters: [12, 16, 20, 24], ...size}),
    inceptionResNetV1: size => inceptionResNetV1({blocks: [1, 1, 1], dropout: 0, ...size}),
  }).map(([name, build]): Case => {
    const golden = networksParity[name];
    return [name, () => build(sizeOf(golden)), 'insightface', golden];
  }),
];

// These networks take the cpu backend seconds for every image.
describe.each(backends.filter(backend => backend !== 'cpu'))('as PyTorch, on %s', backend => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  it.each(networks)('%s: embeddings, gradients and running statistics', (_, build, naming, golden) =>
    expectParity(build, naming, golden),
  );
});
