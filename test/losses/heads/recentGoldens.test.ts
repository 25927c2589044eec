import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {adaCos} from '../../../src/losses/heads/adaCos';
import {type AdaFaceConfig, adaFace} from '../../../src/losses/heads/adaFace';
import {type CircleFaceConfig, circleFace} from '../../../src/losses/heads/circleFace';
import {type CurricularFaceConfig, curricularFace} from '../../../src/losses/heads/curricularFace';
import {type ElasticFaceConfig, elasticFace} from '../../../src/losses/heads/elasticFace';
import {type MagFaceConfig, magFace} from '../../../src/losses/heads/magFace';
import type {MarginHead, MarginHeadConfig} from '../../../src/losses/heads/marginHead';
import {type MvSoftmaxConfig, mvSoftmax} from '../../../src/losses/heads/mvSoftmax';
import {type SphereFace2Config, sphereFace2} from '../../../src/losses/heads/sphereFace2';
import {type SphereFaceRConfig, sphereFaceR} from '../../../src/losses/heads/sphereFaceR';
import {type UniFaceConfig, uniFace} from '../../../src/losses/heads/uniFace';
import {relativeError} from '../../reference/centralDifference';
import {describeOnBackends} from '../../support/backends';
import {caseName, type GoldenCase, type GoldenInputs, goldenCases} from '../../support/fixtures';
import {evaluate} from './headCases';

/** Options of the head, and what its state is before the batch. */
type Options = Omit<MarginHeadConfig, 'classes'> & {before?: Record<string, number>};

const heads: Record<string, (config: MarginHeadConfig) => MarginHead> = {
  adaCos,
  adaFace: config => adaFace(config as AdaFaceConfig),
  circleFace: config => circleFace(config as CircleFaceConfig),
  curricularFace: config => curricularFace(config as CurricularFaceConfig),
  elasticFace: config => elasticFace(config as ElasticFaceConfig),
  magFace: config => magFace(config as MagFaceConfig),
  mvSoftmax: config => mvSoftmax(config as MvSoftmaxConfig),
  sphereFace2: config => sphereFace2(config as SphereFace2Config),
  sphereFaceR: config => sphereFaceR(config as SphereFaceRConfig),
  uniFace: config => uniFace(config as UniFaceConfig),
};

/** The weights that a head moves by itself, by their names. */
const stateOf = (head: MarginHead) =>
  new Map(head.nonTrainableWeights.map(weight => [weight.originalName.split('/').at(-1), weight]));

function headOf({loss, options}: GoldenCase<Options>, {embeddings, weights}: GoldenInputs): MarginHead {
  const {before = {}, ...config} = options;
  const head = heads[loss]({classes: weights.length, ...config});
  tf.dispose(head.apply(tf.zeros([1, embeddings[0].length])));
  for (const [name, value] of Object.entries(before)) stateOf(head).get(name)?.write(tf.scalar(value));
  return head;
}

describeOnBackends("heads beside their authors' code", () => {
  const {inputs, cases} = goldenCases<GoldenCase<Options>>('recentHeads');

  it.each(cases.map(golden => [caseName(golden), golden] as const))('%s', (_, golden) => {
    const given = inputs[golden.inputs];
    const head = headOf(golden, given);
    const actual = evaluate(head, given);
    expect(relativeError([actual.losses], [golden.losses])).toBeLessThan(1e-4);
    expect(relativeError(actual.embeddings, golden.gradients.embeddings)).toBeLessThan(1e-4);
    expect(relativeError(actual.weights, golden.gradients.weights ?? [])).toBeLessThan(1e-4);
    // The learned weight beside the classes'; `evaluate` calls it the scale, which it is in most heads.
    const {threshold} = golden.gradients;
    if (threshold !== undefined) expect(actual.scale / threshold).toBeCloseTo(1, 4);

    head.afterStep?.(tf.tensor2d(given.embeddings), tf.tensor1d(given.labels, 'int32'));
    for (const [name, value] of Object.entries(golden.state ?? {})) {
      expect((stateOf(head).get(name)?.read().arraySync() as number) / value, name).toBeCloseTo(1, 5);
    }
  });
});
