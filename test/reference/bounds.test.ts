import {describe, expect, it} from 'vitest';
import {adaCosScale, cosFaceScale, feasibleMargin, l2SoftmaxScale, normFaceLowerBound} from './bounds';
import {normFace} from './normFace';

it('has the L2-softmax bounds of the paper’s examples', () => {
  expect(l2SoftmaxScale(10, 0.9)).toBeCloseTo(4.28, 2);
  expect(l2SoftmaxScale(10, 0.99)).toBeCloseTo(6.67, 2);
  expect(l2SoftmaxScale(1000, 0.9)).toBeCloseTo(9.1, 2);
  expect(l2SoftmaxScale(10_572, 0.9)).toBeCloseTo(11.46, 2);
  expect(l2SoftmaxScale(85_742, 0.9)).toBeCloseTo(13.56, 2);
});

it('has NormFace’s bound', () => {
  expect(normFaceLowerBound(10, 1)).toBeCloseTo(1.377, 3);
  expect(normFaceLowerBound(10_572, 1)).toBeCloseTo(8.27, 2);
  expect(normFaceLowerBound(10_572, 10)).toBeCloseTo(0.39, 2);
  expect(normFaceLowerBound(10_572, 16) / 1.2e-3).toBeCloseTo(1, 1);
});

it('has CosFace’s scale and AdaCos’s', () => {
  expect(cosFaceScale(10, 0.9)).toBeCloseTo(3.96, 2);
  expect(cosFaceScale(10, 0.99)).toBeCloseTo(6.11, 2);
  expect(adaCosScale(10)).toBeCloseTo(Math.SQRT2 * Math.log(9), 12);
});

describe('on a regular simplex, where the bounds are reached', () => {
  const classes = 6;
  const simplex = Array.from({length: classes}, (_, i) =>
    Array.from({length: classes}, (_, j) => (i === j ? 1 : 0) - 1 / classes),
  );
  const lossAt = (scale: number) =>
    normFace({embeddings: [simplex[2]], weights: simplex, labels: [2]}, {scale}).losses[0];

  it('NormFace’s loss is its lower bound', () => {
    for (const scale of [1, 5, 20])
      expect(lossAt(scale) / normFaceLowerBound(classes, scale)).toBeCloseTo(1, 9);
  });

  it('CosFace’s scale gives the probability it was asked for', () => {
    for (const p of [0.5, 0.9, 0.999]) expect(Math.exp(-lossAt(cosFaceScale(classes, p)))).toBeCloseTo(p, 12);
  });
});

it('knows which margins leave a solution', () => {
  expect(feasibleMargin(10, 2).cosine).toBeCloseTo(0.191, 3);
  expect(feasibleMargin(10, 2).angle).toBeCloseTo(0.628, 3);
  expect(feasibleMargin(10, 128).cosine).toBeCloseTo(10 / 9, 12);
  expect(feasibleMargin(3, 2).cosine).toBeCloseTo(1.5, 12);
});
