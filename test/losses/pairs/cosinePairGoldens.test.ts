import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {proxyAnchorLoss} from '../../../src/losses/heads/proxyAnchorLoss';
import {type SoftTripleConfig, softTripleLoss} from '../../../src/losses/heads/softTripleLoss';
import {type CircleLossConfig, circleLoss} from '../../../src/losses/pairs/circleLoss';
import {liftedStructureLoss} from '../../../src/losses/pairs/liftedStructureLoss';
import {type MultiSimilarityConfig, multiSimilarityLoss} from '../../../src/losses/pairs/multiSimilarityLoss';
import {ntXentLoss} from '../../../src/losses/pairs/ntXentLoss';
import {supConLoss} from '../../../src/losses/pairs/supConLoss';
import {relativeError} from '../../reference/centralDifference';
import {describeOnBackends} from '../../support/backends';
import {caseName, type GoldenCase, goldenCases} from '../../support/fixtures';
import {evaluate} from '../heads/headCases';

const pairLosses = {
  multiSimilarity: (options: object) => multiSimilarityLoss(options as MultiSimilarityConfig),
  supCon: () => supConLoss(),
  ntXent: () => ntXentLoss(),
  circle: (options: object) => circleLoss(options as CircleLossConfig),
  lifted: () => liftedStructureLoss(),
};

const proxyLosses = {
  proxyAnchor: () => proxyAnchorLoss({classes: 4}),
  softTriple: (options: object) => softTripleLoss({classes: 4, ...(options as Partial<SoftTripleConfig>)}),
};

const {inputs, cases} = goldenCases<GoldenCase<object>>('cosinePairs');
const named = (losses: object) =>
  cases.filter(({loss}) => loss in losses).map(golden => [caseName(golden), golden] as const);

describeOnBackends('losses over pairs and proxies beside pytorch-metric-learning', () => {
  it.each(named(pairLosses))('%s', (_, {loss, options, inputs: key, losses: [value], gradients}) => {
    const {embeddings, labels} = inputs[key];
    const term = pairLosses[loss as keyof typeof pairLosses](options);
    const y = tf.tensor1d(labels, 'int32');
    const actual = tf.valueAndGrad(x => term.loss(x, y))(tf.tensor2d(embeddings));
    expect((actual.value.arraySync() as number) / value).toBeCloseTo(1, 4);
    expect(relativeError(actual.grad.arraySync() as number[][], gradients.embeddings)).toBeLessThan(1e-4);
  });

  it.each(named(proxyLosses))('%s', (_, {loss, options, inputs: key, losses: [value], gradients}) => {
    const given = inputs[key];
    const head = proxyLosses[loss as keyof typeof proxyLosses](options);
    const count = given.labels.length;
    const actual = evaluate(head, {...given, upstream: given.labels.map(() => 1 / count)});
    expect(actual.losses.reduce((sum, each) => sum + each, 0) / count / value).toBeCloseTo(1, 4);
    expect(relativeError(actual.embeddings, gradients.embeddings)).toBeLessThan(1e-4);
    expect(relativeError(actual.weights, gradients.weights ?? [])).toBeLessThan(1e-4);
  });
});
