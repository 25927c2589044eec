import * as tf from '@tensorflow/tfjs-core';
import {
  adaCos,
  adaFace,
  arcFace,
  circleFace,
  coco,
  combinedMargin,
  cosFace,
  curricularFace,
  elasticFace,
  type MarginHead,
  magCosFace,
  magFace,
  mvSoftmax,
  normFace,
  proxyNcaLoss,
  softmax,
  sphereFace2,
  sphereFaceR,
  uniFace,
} from 'face-margins';
import {expect, it} from 'vitest';
import {describeOnBackends} from '../../support/backends';

const [CLASSES, CENTERS, DIMENSION] = [4, 3, 5];

type Options = {classes: number; subCenters?: number; seed: number; interClassFilter?: number};

const heads: Record<string, (options: Options) => MarginHead> = {
  adaCos,
  adaFace: options => adaFace({...options, scale: 8}),
  arcFace: options => arcFace({...options, scale: 8}),
  'arcFace with a filter': options => arcFace({...options, scale: 8, interClassFilter: 0.2}),
  circleFace: options => circleFace({...options, scale: 8}),
  coco,
  combinedMargin: options => combinedMargin({...options, scale: 8}),
  cosFace: options => cosFace({...options, scale: 8}),
  curricularFace: options => curricularFace({...options, scale: 8}),
  elasticFace: options => elasticFace({...options, scale: 8}),
  magCosFace,
  magFace,
  mvSoftmax: options => mvSoftmax({...options, scale: 8}),
  normFace,
  proxyNcaLoss,
  sphereFace2,
  sphereFaceR: options => sphereFaceR({...options, scale: 8}),
  'sphereFaceR on the others': options => sphereFaceR({...options, scale: 8, on: 'others'}),
  uniFace,
};

/** Loss, gradients to embedding and weights, state after a step, and logits for inference. */
function results(head: MarginHead, x: tf.Variable, weights: tf.Tensor2D) {
  tf.dispose(head.apply(tf.zeros([1, DIMENSION])));
  const variable = head.classWeights as tf.Variable;
  variable.assign(weights);
  const labels = tf.tensor1d([2], 'int32');
  const {value, grads} = tf.variableGrads(
    () => tf.sum(head.loss(x, labels, {randomKey: 'a'})) as tf.Scalar,
    [x, variable],
  );
  const [loss, byEmbedding, byWeights] = [value, grads[x.name], grads[variable.name]].map(tensor => [
    ...tensor.dataSync(),
  ]);
  head.afterStep?.(x as unknown as tf.Tensor2D, labels);
  const state = head.nonTrainableWeights.map(weight => weight.read().dataSync()[0]);
  return {loss, byEmbedding, byWeights, state, logits: [...head.apply(x as tf.Tensor).dataSync()]};
}

describeOnBackends('a head with sub-centers', () => {
  it.each(Object.entries(heads))('is the head of the nearest center of each class: %s', (_, make) => {
    const x = tf.variable(tf.randomNormal([1, DIMENSION], 0, 20, 'float32', 3));
    const weights = tf.randomNormal([CLASSES * CENTERS, DIMENSION], 0, 1, 'float32', 4) as tf.Tensor2D;
    const cosines = tf.matMul(
      tf.div(weights, tf.norm(weights, 2, 1, true)),
      x as unknown as tf.Tensor2D,
      false,
      true,
    );
    const nearest = tf.argMax(tf.reshape(cosines, [CLASSES, CENTERS]), 1).dataSync();
    const rows = Array.from(nearest, (center, i) => i * CENTERS + center);
    const many = results(make({classes: CLASSES, subCenters: CENTERS, seed: 1}), x, weights);
    const one = results(make({classes: CLASSES, seed: 1}), x, tf.gather(weights, rows));
    expect(new Set(nearest).size).toBeGreaterThan(1);
    for (const name of ['loss', 'byEmbedding', 'state', 'logits'] as const) {
      expect(many[name].length).toBe(one[name].length);
      for (const [i, value] of many[name].entries()) expect(value, name).toBeCloseTo(one[name][i], 4);
    }
    for (let row = 0; row < CLASSES * CENTERS; row++) {
      const at = rows.indexOf(row);
      for (let d = 0; d < DIMENSION; d++) {
        const expected = at < 0 ? 0 : one.byWeights[at * DIMENSION + d];
        expect(many.byWeights[row * DIMENSION + d]).toBeCloseTo(expected, 4);
      }
    }
  });

  it('is saved with their number', () => {
    expect(cosFace({classes: 2, subCenters: 2}).getConfig()).toMatchObject({subCenters: 2});
    expect(cosFace({classes: 2}).getConfig()).not.toHaveProperty('subCenters');
  });

  it('needs weights of one length where cosines are compared', () => {
    const head = softmax({classes: 3, subCenters: 2, interClassFilter: 0.4, seed: 1});
    expect(() => head.loss(tf.ones([1, 2]), tf.tensor1d([0], 'int32'))).toThrow("but is 'none'");
    expect(() => arcFace({classes: 3, subCenters: 0})).toThrow(
      'arcFace: subCenters must be a whole number of 1 or more, but is 0.',
    );
  });
});
