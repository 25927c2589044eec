import {expect, it} from 'vitest';
import {adaFace} from '../../../src/losses/heads/adaFace';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {coco} from '../../../src/losses/heads/coco';
import {combinedMargin} from '../../../src/losses/heads/combinedMargin';
import {cosFace, cosFaceMargin} from '../../../src/losses/heads/cosFace';
import {customHead} from '../../../src/losses/heads/customHead';
import {elasticFace} from '../../../src/losses/heads/elasticFace';
import {focal} from '../../../src/losses/heads/focal';
import {lSoftmax} from '../../../src/losses/heads/lSoftmax';
import {magFace} from '../../../src/losses/heads/magFace';
import type {MarginHead} from '../../../src/losses/heads/marginHead';
import {mvSoftmax} from '../../../src/losses/heads/mvSoftmax';
import {normFace} from '../../../src/losses/heads/normFace';
import {softmax} from '../../../src/losses/heads/softmax';
import {sphereFaceR} from '../../../src/losses/heads/sphereFaceR';
import {subCenterArcFace} from '../../../src/losses/heads/subCenterArcFace';
import {angularMargin} from '../../../src/losses/margins/angularMargin';
import {relativeError} from '../../reference/centralDifference';
import {normalized} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../../support/random';
import {evaluate} from './headCases';

const CLASSES = 5;
const random = testRandom(21);
const inputs = {
  embeddings: randomMatrix(random, 40, 6),
  weights: randomMatrix(random, CLASSES, 6).map(normalized),
  labels: randomLabels(random, 40, CLASSES),
  upstream: randomVector(random, 40),
};

const config = {classes: CLASSES, scale: 12};
const identities: Record<string, [() => MarginHead, () => MarginHead]> = {
  'CosFace with m = 0 is NormFace': [() => cosFace({...config, margin: 0}), () => normFace(config)],
  'ArcFace with m = 0 is NormFace': [() => arcFace({...config, margin: 0}), () => normFace(config)],
  'COCO of the same scale is NormFace': [() => coco(config), () => normFace(config)],
  'the combined margin (1, 0, 0) is NormFace': [
    () => combinedMargin({...config, m1: 1, m2: 0, m3: 0}),
    () => normFace(config),
  ],
  'the combined margin (1, m, 0) is ArcFace': [
    () => combinedMargin({...config, m1: 1, m2: 0.5, m3: 0}),
    () => arcFace({...config, margin: 0.5}),
  ],
  'the combined margin (1, 0, m) is CosFace': [
    () => combinedMargin({...config, m1: 1, m2: 0, m3: 0.35}),
    () => cosFace({...config, margin: 0.35}),
  ],
  'sub-center ArcFace with K = 1 is ArcFace': [
    () => subCenterArcFace({...config, subCenters: 1, margin: 0.5}),
    () => arcFace({...config, margin: 0.5}),
  ],
  'focal loss with γ = 0 is the cross-entropy': [
    () => arcFace({...config, margin: 0.5, targetLoss: focal({gamma: 0})}),
    () => arcFace({...config, margin: 0.5}),
  ],
  'L-Softmax with m = 1 is softmax': [
    () => lSoftmax({classes: CLASSES, margin: 1, lambda: 0}),
    () => softmax({classes: CLASSES}),
  ],
  'L-Softmax with λ → ∞ is softmax': [
    () => lSoftmax({classes: CLASSES, margin: 4, lambda: 1e7}),
    () => softmax({classes: CLASSES}),
  ],
  'A-Softmax with λ → ∞ is its own m = 1': [
    () => aSoftmax({classes: CLASSES, margin: 4, lambda: 1e7}),
    () => aSoftmax({classes: CLASSES, margin: 1, lambda: 0}),
  ],
  'a custom CosFace margin is CosFace': [
    () => customHead({...config, margin: cosFaceMargin(0.2)}),
    () => cosFace({...config, margin: 0.2}),
  ],
  'a custom margin with the derivative written out is CosFace': [
    () => customHead({...config, margin: angularMargin({m3: 0.2})}),
    () => cosFace({...config, margin: 0.2}),
  ],
  'AdaFace of the worst images is ArcFace': [
    // No norm comes near the mean of 20 that statistics start at, and h is steep.
    () => adaFace({...config, margin: 0.4, concentration: 1e4}),
    () => customHead({...config, margin: angularMargin({m2: 0.4, beyondPi: 'none'})}),
  ],
  'MagFace between equal margins is ArcFace with a longer loss': [
    () => magFace({...config, margins: [0.5, 0.5], regularization: 0}),
    () => arcFace({...config, margin: 0.5, easy: true}),
  ],
  'MV-Softmax with t = 1 is ArcFace': [
    () => mvSoftmax({...config, margin: 0.5, emphasis: 1}),
    () => arcFace({...config, margin: 0.5, easy: true}),
  ],
  'ElasticFace without deviation is CosFace': [
    () => elasticFace({...config, form: 'cos', margin: 0.3, deviation: 0}),
    () => cosFace({...config, margin: 0.3}),
  ],
  'SphereFace-R with m = 1 is NormFace': [() => sphereFaceR({...config, margin: 1}), () => normFace(config)],
  'SphereFace-R on the others with m = 1 is NormFace': [
    () => sphereFaceR({...config, on: 'others', margin: 1}),
    () => normFace(config),
  ],
  'a filter that nothing passes is none': [
    () => arcFace({...config, margin: 0.5, interClassFilter: 1}),
    () => arcFace({...config, margin: 0.5}),
  ],
  'an unannealed ψ is the combined margin that goes on continuously': [
    () =>
      customHead({
        classes: CLASSES,
        scale: 1,
        normalize: 'weights',
        margin: angularMargin({m1: 4, beyondPi: 'continuous'}),
      }),
    () => aSoftmax({classes: CLASSES, margin: 4, lambda: 0}),
  ],
};

describeOnBackends('heads beside each other', () => {
  it.each(Object.entries(identities))('%s', (_, [one, other]) => {
    const a = evaluate(one(), inputs);
    const b = evaluate(other(), inputs);
    expect(relativeError([a.losses], [b.losses])).toBeLessThan(1e-5);
    expect(relativeError(a.embeddings, b.embeddings)).toBeLessThan(1e-5);
    expect(relativeError(a.weights, b.weights)).toBeLessThan(1e-5);
  });
});
