import {describe, expect, it} from 'vitest';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../support/random';
import {centralDerivative, centralDifference, relativeError} from './centralDifference';
import * as heads from './recentHeads';
import type {HeadInputs, HeadResult} from './softmaxLoss';
import {dot} from './vectors';

/** Each head as a function of its inputs, of those that it takes as constants, and of its scale. */
const references: Record<string, (inputs: HeadInputs, frozen: HeadInputs, scale: number) => HeadResult> = {
  AdaFace: (inputs, frozen, scale) => heads.adaFace(inputs, {scale, margin: 0.4, momentum: 1}, frozen),
  MagFace: (inputs, _, scale) =>
    heads.magFace(inputs, {scale, norms: [0.5, 4], margins: [0.3, 0.8], lambda: 35, form: 'arc'}),
  'Mag-CosFace': (inputs, _, scale) =>
    heads.magFace(inputs, {scale, norms: [0.5, 4], margins: [0.3, 0.8], lambda: 150, form: 'cos'}),
  CurricularFace: (inputs, frozen, scale) =>
    heads.curricularFace(inputs, {scale, margin: 0.5, momentum: 0.3}, frozen),
  'MV-Softmax, arc': (inputs, frozen, scale) =>
    heads.mvSoftmax(inputs, {scale, margin: 0.35, t: 1.2, form: 'arc'}, frozen),
  'MV-Softmax, am': (inputs, frozen, scale) =>
    heads.mvSoftmax(inputs, {scale, margin: 0.35, t: 1.2, form: 'am'}, frozen),
  'SphereFace-R, target': (inputs, _, scale) => heads.sphereFaceR(inputs, {scale, margin: 1.5, on: 'target'}),
  'SphereFace-R, others': (inputs, _, scale) => heads.sphereFaceR(inputs, {scale, margin: 1.5, on: 'others'}),
  Circle: (inputs, _, scale) => heads.circleFace(inputs, {scale, margin: 0.25, gradient: 'exact'}),
  UniFace: (inputs, _, scale) => heads.uniFace(inputs, {scale, margin: 0.3, negative: 0.7}, 3),
  SphereFace2: (inputs, _, scale) => {
    const options = {scale: 40, margin: 0.3, t: 3, alpha: 0.7, weight: 50};
    return heads.sphereFace2(inputs, {...options, scale, weight: 50 * (scale / 40)}, -5);
  },
  'a filter': (inputs, frozen, scale) => heads.filtered(inputs, {scale, margin: 0.3, threshold: 0.2}, frozen),
};

describe.each(Object.entries(references))('%s', (_, head) => {
  it('has the gradient of its value, with its constants kept', () => {
    const random = testRandom(17);
    for (const [batch, dimension, classes, scale] of [
      [6, 5, 4, 2],
      [5, 3, 6, 8],
    ]) {
      const inputs = {
        embeddings: randomMatrix(random, batch, dimension, 2),
        weights: randomMatrix(random, classes, dimension, 0.7),
        labels: randomLabels(random, batch, classes),
        upstream: randomVector(random, batch),
      };
      const total = (changed: Partial<HeadInputs>, s = scale) =>
        dot(inputs.upstream, head({...inputs, ...changed}, inputs, s).losses);
      const {gradients} = head(inputs, inputs, scale);
      const byEmbeddings = centralDifference(x => total({embeddings: x}), inputs.embeddings);
      const byWeights = centralDifference(w => total({weights: w}), inputs.weights);
      expect(relativeError(gradients.embeddings, byEmbeddings)).toBeLessThan(1e-6);
      expect(relativeError(gradients.weights, byWeights)).toBeLessThan(1e-6);
      const byScale = centralDerivative(s => total({}, s), scale);
      expect(Math.abs(gradients.scale - byScale)).toBeLessThan(1e-5 * Math.max(1, Math.abs(byScale)));
    }
  });
});
