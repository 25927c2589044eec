import {expect, it} from 'vitest';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {coco} from '../../../src/losses/heads/coco';
import {combinedMargin} from '../../../src/losses/heads/combinedMargin';
import {cosFace} from '../../../src/losses/heads/cosFace';
import {focal} from '../../../src/losses/heads/focal';
import {l2Softmax} from '../../../src/losses/heads/l2Softmax';
import {lSoftmax} from '../../../src/losses/heads/lSoftmax';
import type {MarginHead, MarginHeadConfig} from '../../../src/losses/heads/marginHead';
import {normFace} from '../../../src/losses/heads/normFace';
import {softmax} from '../../../src/losses/heads/softmax';
import {subCenterArcFace} from '../../../src/losses/heads/subCenterArcFace';
import type {ArcFaceOptions} from '../../reference/arcFace';
import type {ASoftmaxOptions} from '../../reference/aSoftmax';
import {relativeError} from '../../reference/centralDifference';
import type {CombinedMargin} from '../../reference/combinedMargin';
import {describeOnBackends} from '../../support/backends';
import {caseName, type GoldenCase, goldenCases} from '../../support/fixtures';
import {evaluate} from './headCases';

type Options = ArcFaceOptions & CombinedMargin & ASoftmaxOptions & {subCenters: number};

const heads: Record<string, (config: MarginHeadConfig, options: Options) => MarginHead> = {
  softmax,
  l2Softmax: (config, {scale}) => l2Softmax({...config, scale, learnScale: true}),
  normFace: (config, {scale}) => normFace({...config, scale, learnScale: true}),
  coco: (config, {scale}) => coco({...config, scale, learnScale: true}),
  cosFace: (config, {scale, margin}) => cosFace({...config, scale, margin, learnScale: true}),
  arcFace: (config, {beyond, ...options}) =>
    arcFace({...config, ...options, beyondPi: beyond, learnScale: true}),
  subCenterArcFace: (config, {beyond, ...options}) =>
    subCenterArcFace({...config, ...options, beyondPi: beyond, learnScale: true}),
  combined: (config, {scale, angleFactor, angularMargin, cosineMargin, beyond}) =>
    combinedMargin({
      ...config,
      ...{scale, learnScale: true, beyondPi: beyond},
      ...{m1: angleFactor, m2: angularMargin, m3: cosineMargin},
    }),
  lSoftmax: (config, {margin, lambda}) => lSoftmax({...config, margin, lambda: lambda ?? 0}),
  aSoftmax: (config, {margin, lambda, gradient}) =>
    aSoftmax({...config, margin, lambda: lambda ?? 0, gradient}),
};

/** The multiplicative heads have no scale of their own. */
const isOurs = ({loss, options}: GoldenCase<Options>) =>
  !(['lSoftmax', 'aSoftmax'].includes(loss) && (options.scale ?? 1) !== 1);

describeOnBackends('heads beside pytorch-metric-learning and PyTorch autograd', () => {
  const {inputs, cases} = goldenCases<GoldenCase<Options>>('heads');
  it.each(cases.filter(isOurs).map(golden => [caseName(golden), golden] as const))('%s', (_, golden) => {
    const given = inputs[golden.inputs];
    const classes = given.weights.length / (golden.options.subCenters ?? 1);
    const targetLoss = golden.targetLoss && focal({gamma: golden.targetLoss.gamma});
    const actual = evaluate(heads[golden.loss]({classes, targetLoss}, golden.options), given);
    expect(relativeError([actual.losses], [golden.losses])).toBeLessThan(1e-4);
    expect(relativeError(actual.embeddings, golden.gradients.embeddings)).toBeLessThan(1e-4);
    expect(relativeError(actual.weights, golden.gradients.weights ?? [])).toBeLessThan(1e-4);
    if (golden.gradients.scale !== undefined && Number.isFinite(actual.scale)) {
      expect(relativeError([[actual.scale]], [[golden.gradients.scale]])).toBeLessThan(1e-4);
    }
  });
});
