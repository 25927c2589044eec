import * as tf from '@tensorflow/tfjs-core';
import {
  initializers,
  input,
  type LayersModel,
  layers,
  model,
  type SymbolicTensor,
  sequential,
} from '@tensorflow/tfjs-layers';
import {
  arcFace,
  batchNormLayer,
  type Objective,
  preluLayer,
  sgd,
  softmax,
  Trainer,
  type TrainerConfig,
} from 'face-margins';
import {beforeAll, describe, expect, it} from 'vitest';
import {networkBlocks} from '../../../src/backbones/layers/networkBlocks';
import {squeezeAndExcite} from '../../../src/backbones/layers/squeezeAndExcite';
import {useBackend} from '../../../src/backend/useBackend';
import {leastMemoryCuts} from '../../../src/train/step/leastMemoryCuts';
import {networkParts} from '../../../src/train/step/networkParts';
import {describeOnBackends} from '../../support/backends';
import {tinyBatch, valuesOf} from '../../support/tinyTraining';

const applied = (layer: {apply(x: SymbolicTensor): unknown}, x: SymbolicTensor) =>
  layer.apply(x) as SymbolicTensor;

/** A stem, two residual blocks with squeeze-and-excitation and dropout, a model within the model, an embedding. */
function residualNetwork(between: SymbolicTensorChange = x => x): LayersModel {
  const blocks = networkBlocks('test', {}, 7);
  const images = input({shape: [6, 6, 1], name: 'images'});
  let x = blocks.convolution(images, 'stem', {filters: 16, kernelSize: 3, stddev: 0.3});
  x = blocks.prelu(blocks.norm(x, 'stem.norm'), 'stem.prelu');
  for (const name of ['one', 'two']) {
    let residual = blocks.convolution(x, `${name}.conv`, {filters: 16, kernelSize: 1, stddev: 0.1});
    residual = between(blocks.norm(residual, `${name}.norm`));
    residual = applied(layers.dropout({name: `${name}.drop`, rate: 0.3}), residual);
    residual = squeezeAndExcite(blocks, residual, `${name}.se`);
    x = blocks.add([residual, x], `${name}.add`);
  }
  const inner = sequential({name: 'inner'});
  const kernelInitializer = initializers.glorotNormal({seed: 3});
  inner.add(
    layers.conv2d({name: 'conv', filters: 4, kernelSize: 1, inputShape: [6, 6, 16], kernelInitializer}),
  );
  inner.add(batchNormLayer({name: 'norm'}));
  inner.add(preluLayer({name: 'prelu'}));
  x = applied(layers.dropout({name: 'drop', rate: 0.3, seed: 5}), applied(inner, x));
  return model({inputs: images, outputs: blocks.dense(x, 'embed', {units: 4, useBias: false, stddev: 0.1})});
}

type SymbolicTensorChange = (x: SymbolicTensor) => SymbolicTensor;

const head = () => arcFace({classes: 3, scale: 8, margin: 0.2, seed: 1});

/** A second head behind the first block. */
const inTheMiddle = (layer: string): Objective => {
  const through = sequential();
  const kernelInitializer = initializers.glorotNormal({seed: 4});
  through.add(layers.flatten({inputShape: [6, 6, 16]}));
  through.add(layers.dense({name: 'through', units: 4, kernelInitializer}));
  return [head(), [0.5, softmax({classes: 3, seed: 2}), {layer, through}]];
};

interface Trained {
  losses: number[];
  weights: Record<string, number[]>;
  peak: number;
}

/** Trains for three steps, and checks that nothing is left of them. */
async function trained(settings: Partial<TrainerConfig>): Promise<Trained> {
  const backbone = settings.backbone ?? residualNetwork();
  const trainer = new Trainer({
    backbone,
    objective: head(),
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    ...settings,
  });
  const batches = () => [tinyBatch(3, 1), tinyBatch(3, 2)];
  const losses: number[] = [];
  await trainer.run(batches, {steps: 1});
  const {numTensors} = tf.memory();
  const {peakBytes} = await tf.profile(async () => {
    for await (const {loss} of trainer.fit(batches, {steps: 4})) losses.push(loss);
    return tf.scalar(0);
  });
  expect(tf.memory().numTensors - numTensors).toBe(1);
  const weights = valuesOf(backbone);
  const peak = peakBytes - tf.memory().numBytes;
  trainer.dispose();
  return {losses, weights, peak};
}

const cases: [name: string, settings: () => Partial<TrainerConfig>][] = [
  ['as it is', () => ({})],
  ['with frozen layers', () => ({freeze: ['stem', 'stem.norm', 'stem.prelu', 'one.norm']})],
  ['all of which is frozen', () => ({freeze: [/./]})],
  ['with a head behind a block', () => ({objective: inTheMiddle('two.add')})],
  ['with a head within a block', () => ({objective: inTheMiddle('one.drop')})],
  ['over several batches a step', () => ({accumulate: 2})],
  ['with an average of its weights', () => ({ema: 0.5})],
];

describeOnBackends('Trainer with recompute', () => {
  it.each(cases)(
    'trains a network %s to the same weights, running statistics and losses, to the bit',
    async (_, settings) => {
      const plain = await trained(settings());
      for (const recompute of [true, ['stem.prelu', /\.add$/]]) {
        const {losses, weights} = await trained({...settings(), recompute});
        expect(losses).toEqual(plain.losses);
        expect(weights).toEqual(plain.weights);
      }
    },
  );

  it('takes less memory', async () => {
    const plain = await trained({});
    const recomputing = await trained({recompute: ['stem.prelu', /\.add$/]});
    expect(recomputing.peak).toBeLessThan(0.85 * plain.peak);
  });
});

describe('recompute', () => {
  beforeAll(async () => void (await useBackend('cpu')));

  const make = (settings: Partial<TrainerConfig>) =>
    new Trainer({
      backbone: residualNetwork(),
      objective: head(),
      optimizer: sgd(),
      learningRate: 0.05,
      ...settings,
    });

  it('names layers behind which one tensor alone leads on', () => {
    const right =
      /^Trainer: recompute must name layers whose output alone leads on, one of stem, stem\.prelu, one\.add, two\.add, inner\/conv, .*, but names /;
    for (const wrong of ['one.conv', 'nothing', /^one\.se/]) {
      expect(() => make({recompute: [wrong]}), String(wrong)).toThrow(right);
    }
    expect(() => make({recompute: 'all' as never})).toThrow(
      "Trainer: recompute must be true, false or a list of names and patterns of layers, but is 'all'.",
    );
  });

  it('computes what draws anew at each call once', async () => {
    let draws = 0;
    const noisy = residualNetwork(x => {
      const layer = layers.gaussianNoise({stddev: 0.1});
      const {call} = layer;
      layer.call = (...args) => {
        draws++;
        return call.apply(layer, args);
      };
      return applied(layer, x);
    });
    draws = 0;
    await make({backbone: noisy, recompute: [/\.add$/]}).run([tinyBatch(6, 1)], {steps: 1});
    expect(draws).toBe(2);
  });

  it('leaves the network as it was where a layer throws in the backward pass', async () => {
    let calls = 0;
    const backbone = residualNetwork();
    const layer = backbone.getLayer('one.norm') as unknown as {normalize(x: tf.Tensor): tf.Tensor};
    const {normalize} = Object.getPrototypeOf(layer);
    layer.normalize = x => {
      if (++calls === 2) throw new Error('the second time');
      return normalize.call(layer, x);
    };
    const trainer = make({backbone, recompute: [/\.add$/]});
    const before = valuesOf(backbone);
    const {numTensors} = tf.memory();
    await expect(trainer.run(() => [tinyBatch(6, 1)], {steps: 1})).rejects.toThrow('the second time');
    expect(valuesOf(backbone)).toEqual(before);
    expect(tf.memory().numTensors).toBe(numTensors);
    const straight = make({recompute: [/\.add$/]});
    await trainer.run(() => [tinyBatch(6, 1)], {steps: 1});
    await straight.run(() => [tinyBatch(6, 1)], {steps: 1});
    expect(valuesOf(backbone)).toEqual(valuesOf(straight.backbone));
  });
});

describe('networkParts', () => {
  const partsOf = (division: Parameters<typeof networkParts>[1]) =>
    networkParts(residualNetwork(), division).parts.map(({calls}) => [
      calls[0].name,
      calls[calls.length - 1].name,
    ]);

  it('divides behind the layers that are named', () => {
    expect(partsOf([/\.add$/, 'stem.prelu', 'inner/conv'])).toEqual([
      ['stem', 'stem.prelu'],
      ['one.conv', 'one.add'],
      ['two.conv', 'two.add'],
      ['inner/conv', 'inner/conv'],
      ['inner/norm', 'embed'],
    ]);
    expect(partsOf([])).toEqual([['stem', 'embed']]);
  });
});

describe('leastMemoryCuts', () => {
  /** The most that is held at a time: the cuts before a part, and all of it. */
  function peakOf(sizes: number[], cuts: number[]): number {
    const ends = [...cuts, sizes.length - 1];
    let [held, peak, begin] = [0, 0, 0];
    for (const end of ends) {
      peak = Math.max(peak, held + sizes.slice(begin, end + 1).reduce((sum, size) => sum + size, 0));
      held += sizes[end];
      begin = end + 1;
    }
    return peak;
  }

  it('comes within a hundredth of the best of all cuts', () => {
    const sizes = [9, 3, 7, 7, 1, 5, 8, 2, 6, 4, 4, 1];
    const possible = [0, 1, 3, 4, 6, 7, 9, 10];
    const subsets = Array.from({length: 2 ** possible.length}, (_, bits) =>
      possible.filter((_, i) => (bits >> i) & 1),
    );
    const best = Math.min(...subsets.map(cuts => peakOf(sizes, cuts)));
    const found = leastMemoryCuts(sizes, possible);
    expect(found.every(cut => possible.includes(cut))).toBe(true);
    expect(peakOf(sizes, found)).toBeLessThanOrEqual(1.01 * best);
    expect(best).toBeLessThan(0.6 * peakOf(sizes, []));
  });

  it('cuts nowhere where it must not', () => expect(leastMemoryCuts([1, 2, 3], [])).toEqual([]));
});
