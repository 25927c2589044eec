import {type LayersModel, layers, model, type SymbolicTensor, sequential} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {compact} from '../../src/backbones/compact';
import {deepId} from '../../src/backbones/deepId';
import {faceNetNN1} from '../../src/backbones/faceNetNN1';
import {faceNetNN2} from '../../src/backbones/faceNetNN2';
import {faceResNet} from '../../src/backbones/faceResNet';
import {inceptionResNetV1} from '../../src/backbones/inceptionResNetV1';
import {irResNet} from '../../src/backbones/irResNet';
import type {IrResNetDepth} from '../../src/backbones/irResNetBlocks';
import {mobileFaceNet} from '../../src/backbones/mobileFaceNet';
import {mobileNet} from '../../src/backbones/mobileNet';
import {mobileNetV2} from '../../src/backbones/mobileNetV2';
import {mobileNetV3} from '../../src/backbones/mobileNetV3';
import {networkSummary} from '../../src/backbones/networkSummary';
import {useBackend} from '../../src/backend/useBackend';
import {withoutInitialValues} from '../support/withoutInitialValues';

beforeAll(async () => {
  await useBackend('cpu');
});

function summaryOf(build: () => LayersModel) {
  const network = withoutInitialValues(build);
  const summary = networkSummary(network);
  network.dispose();
  return summary;
}

/** Parameters of an IR-ResNet, from the definition of its blocks. */
function irParameters(blocks: number[], se: boolean): number {
  const norm = (channels: number) => 2 * channels;
  let [parameters, from] = [3 * 9 * 64 + norm(64) + 64, 64];
  for (const [stage, count] of blocks.entries()) {
    const to = 64 * 2 ** stage;
    for (let block = 0; block < count; block++) {
      parameters += norm(from) + 9 * from * to + norm(to) + to + 9 * to * to + norm(to);
      if (block === 0) parameters += from * to + norm(to);
      if (se) parameters += (to * to) / 16 + to / 16 + to / 16 + (to * to) / 16 + to;
      from = to;
    }
  }
  return parameters + norm(512) + 7 * 7 * 512 * 512 + 512 + norm(512);
}

describe('the published figures at 112×112 and 512 numbers', () => {
  it.each([
    {depth: 18, parameters: 24_025_600, gigaMultiplyAdds: 2.61},
    {depth: 34, parameters: 34_139_328, gigaMultiplyAdds: 4.46},
    {depth: 50, parameters: 43_590_848, gigaMultiplyAdds: 6.31},
    {depth: 100, parameters: 65_156_160, gigaMultiplyAdds: 12.09},
  ])(
    'IR-$depth: $parameters parameters, $gigaMultiplyAdds G multiply-adds',
    ({depth, parameters, gigaMultiplyAdds}) => {
      const summary = summaryOf(() => irResNet({depth: depth as IrResNetDepth}));
      expect(summary.parameters).toBe(parameters);
      // The γ of the last batch normalization is frozen.
      expect(summary.trainableParameters).toBe(parameters - 512);
      expect(Math.abs(summary.multiplyAdds / 1e9 / gigaMultiplyAdds - 1)).toBeLessThan(0.01);
    },
  );

  it.each([
    {depth: 101, se: false, blocks: [3, 4, 23, 3]},
    {depth: 152, se: false, blocks: [3, 8, 36, 3]},
    {depth: 200, se: false, blocks: [6, 26, 60, 6]},
    {depth: 18, se: true, blocks: [2, 2, 2, 2]},
    {depth: 50, se: true, blocks: [3, 4, 14, 3]},
  ])('IR-$depth, squeeze-and-excitation $se, follows from its blocks', ({depth, se, blocks}) => {
    const summary = summaryOf(() => irResNet({depth: depth as IrResNetDepth, se}));
    expect(summary.parameters).toBe(irParameters(blocks, se));
  });

  it.each([
    {variant: 'paper', embeddingSize: 128, parameters: 1_003_136, megaMultiplyAdds: 221.0},
    {variant: 'paper', embeddingSize: 512, parameters: 1_200_512, megaMultiplyAdds: 221.2},
    {variant: 'insightface', embeddingSize: 512, parameters: 2_059_520, megaMultiplyAdds: 437.5},
  ] as const)(
    'MobileFaceNet, $variant, $embeddingSize: $parameters and $megaMultiplyAdds M',
    ({variant, embeddingSize, parameters, megaMultiplyAdds}) => {
      const summary = summaryOf(() => mobileFaceNet({variant, embeddingSize}));
      expect(summary.parameters).toBe(parameters);
      expect(Math.abs(summary.multiplyAdds / 1e6 / megaMultiplyAdds - 1)).toBeLessThan(0.01);
    },
  );

  it.each([
    {name: 'MobileNet 1.0', build: () => mobileNet(), parameters: 11.6e6, multiplyAdds: 156e6},
    // torchvision's of 1,000 classes at 224×224.
    {
      name: 'MobileNetV2',
      build: () => mobileNetV2({embeddingSize: 1000, inputShape: [224, 224, 3]}),
      parameters: 3_504_872,
      multiplyAdds: 301e6,
    },
    {
      name: 'MobileNetV3, large',
      build: () => mobileNetV3({embeddingSize: 1000, inputShape: [224, 224, 3]}),
      parameters: 5_483_032,
      multiplyAdds: 217e6,
    },
    {
      name: 'MobileNetV3, small',
      build: () => mobileNetV3({size: 'small', embeddingSize: 1000, inputShape: [224, 224, 3]}),
      parameters: 2_542_856,
      multiplyAdds: 57e6,
    },
    {name: 'NN1', build: () => faceNetNN1(), parameters: 140e6, multiplyAdds: 1.6e9},
    {name: 'NN2', build: () => faceNetNN2(), parameters: 7.5e6, multiplyAdds: 1.6e9},
    // facenet-pytorch's at 160×160, which counts a multiplication and an addition as two.
    {
      name: 'Inception-ResNet-v1',
      build: () => inceptionResNetV1(),
      parameters: 23_482_624,
      multiplyAdds: 2.85e9 / 2,
    },
  ])('$name: $parameters and $multiplyAdds, within 1 %', ({build, parameters, multiplyAdds}) => {
    const summary = summaryOf(build);
    expect(Math.abs(summary.parameters / parameters - 1)).toBeLessThan(0.01);
    expect(Math.abs(summary.multiplyAdds / multiplyAdds - 1)).toBeLessThan(0.01);
  });

  it('DeepID: from the sizes of its layers', () => {
    const sides = [
      [36, 28],
      [16, 12],
      [6, 4],
      [2, 1],
    ];
    const kernels = [16 * 3 * 20, 9 * 20 * 40, 9 * 40 * 60, 4 * 60 * 80];
    const dense = [3 * 2 * 60 * 160, 2 * 1 * 80 * 160];
    const summary = summaryOf(deepId);
    const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
    expect(summary.parameters).toBe(sum([...kernels, ...dense]) + 20 + 40 + 60 + 80 + 2 * 160);
    const applied = kernels.map((size, i) => size * sides[i][0] * sides[i][1]);
    expect(summary.multiplyAdds).toBe(sum([...applied, ...dense]));
  });

  it('Face-ResNet: 27 convolutions, parameters from their sizes', () => {
    const summary = summaryOf(faceResNet);
    expect(summary.layers.filter(({type}) => type === 'Conv2D')).toHaveLength(27);
    const convolution = (from: number, to: number) => 9 * from * to + to + to;
    const pairs = [
      [64, 1],
      [128, 2],
      [256, 5],
      [512, 3],
    ].map(([channels, count]) => 2 * count * convolution(channels, channels));
    const widening = [3, 32, 64, 128, 256].map((from, i) => convolution(from, [32, 64, 128, 256, 512][i]));
    const sizes = [...pairs, ...widening, 5 * 4 * 512 * 512 + 512];
    expect(summary.parameters).toBe(sizes.reduce((sum, size) => sum + size, 0));
  });
});

describe('networkSummary', () => {
  it('lists the layers with what each holds and costs', () => {
    const summary = networkSummary(compact({seed: 1}));
    expect(summary.parameters).toBe(73_170);
    expect(summary.layers[1]).toEqual({
      name: expect.stringMatching(/^conv2d/),
      type: 'Conv2D',
      outputShape: [28, 28, 16],
      parameters: 9 * 16 + 16,
      multiplyAdds: 28 * 28 * 9 * 16,
    });
    const sum = (key: 'parameters' | 'multiplyAdds') =>
      summary.layers.reduce((total, layer) => total + layer[key], 0);
    expect([sum('parameters'), sum('multiplyAdds')]).toEqual([summary.parameters, summary.multiplyAdds]);
    const lines = String(summary).split('\n');
    expect(lines).toHaveLength(summary.layers.length + 2);
    expect(lines.at(-1)).toMatch(/^total .* 73,170 +7,[0-9]{3},[0-9]{3}$/);
  });

  it('looks into networks within a network', () => {
    const inner = compact({embeddingSize: 8});
    const logits = layers.dense({units: 10}).apply(inner.apply(inner.inputs[0])) as SymbolicTensor;
    const [outer, alone] = [model({inputs: inner.inputs, outputs: logits}), inner].map(networkSummary);
    expect(outer.multiplyAdds).toBe(alone.multiplyAdds + 80);
    expect(outer.parameters).toBe(alone.parameters + 90);
  });

  it('refuses a network for images of any size', () => {
    const any = sequential({
      layers: [layers.conv2d({filters: 2, kernelSize: 3, inputShape: [null, null, 3], name: 'open'})],
    });
    expect(() => networkSummary(any)).toThrow(/the output of open must have a fixed size/);
  });
});
