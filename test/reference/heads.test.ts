import {describe, expect, it} from 'vitest';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../support/random';
import {arcFace, type Beyond} from './arcFace';
import {aSoftmax} from './aSoftmax';
import {atAngle} from './atAngle';
import {centralDerivative, centralDifference, relativeError} from './centralDifference';
import {coco} from './coco';
import {combined} from './combinedMargin';
import {cosFace} from './cosFace';
import {l2Softmax} from './l2Softmax';
import {lSoftmax} from './lSoftmax';
import {normFace} from './normFace';
import {softmaxHead} from './softmaxHead';
import type {HeadInputs, HeadResult} from './softmaxLoss';
import {subCenterArcFace} from './subCenterArcFace';
import {crossEntropy, focal, type TargetLoss} from './targetLosses';
import {dot, norm, normalized, scaled} from './vectors';

type ScaledHead = (inputs: HeadInputs, scale: number) => HeadResult;

const everyBeyond: Beyond[] = ['hard', 'continuous', 'none'];

const heads: Record<string, ScaledHead> = {
  softmax: inputs => softmaxHead(inputs),
  l2Softmax: (inputs, scale) => l2Softmax(inputs, {scale}),
  normFace: (inputs, scale) => normFace(inputs, {scale}),
  coco: (inputs, scale) => coco(inputs, {scale}),
  cosFace: (inputs, scale) => cosFace(inputs, {scale, margin: 0.35}),
  ...Object.fromEntries(
    everyBeyond.flatMap(beyond => [
      [`arcFace ${beyond}`, (inputs, scale) => arcFace(inputs, {scale, margin: 0.5, beyond})] as [
        string,
        ScaledHead,
      ],
      [
        `combined ${beyond}`,
        (inputs, scale) =>
          combined(inputs, {scale, angleFactor: 1.35, angularMargin: 0.2, cosineMargin: 0.1, beyond}),
      ] as [string, ScaledHead],
    ]),
  ),
  'arcFace easy': (inputs, scale) => arcFace(inputs, {scale, margin: 0.5, easy: true}),
  ...Object.fromEntries(
    [1, 2, 3, 4, 5].flatMap(margin => [
      [`lSoftmax ${margin}`, (inputs, scale) => lSoftmax(inputs, {scale, margin, lambda: 2})] as [
        string,
        ScaledHead,
      ],
      [`aSoftmax ${margin}`, (inputs, scale) => aSoftmax(inputs, {scale, margin, lambda: 0.5})] as [
        string,
        ScaledHead,
      ],
    ]),
  ),
  subCenterArcFace: (inputs, scale) => subCenterArcFace(inputs, {scale, margin: 0.3, subCenters: 2}),
};

const targetLosses: Record<string, TargetLoss> = {
  'cross-entropy': crossEntropy,
  'focal 2': focal(2),
  'focal 0.7': focal(0.7),
};

function expectTrueGradient(head: ScaledHead, inputs: HeadInputs, scale: number, step?: number) {
  const upstream = inputs.upstream ?? [];
  const total = (changed: Partial<HeadInputs>, s = scale) =>
    dot(upstream, head({...inputs, ...changed}, s).losses);
  const {gradients} = head(inputs, scale);
  const embeddings = centralDifference(x => total({embeddings: x}), inputs.embeddings, step);
  const weights = centralDifference(w => total({weights: w}), inputs.weights, step);
  expect(relativeError(gradients.embeddings, embeddings)).toBeLessThan(1e-6);
  expect(relativeError(gradients.weights, weights)).toBeLessThan(1e-6);
  return gradients.scale - centralDerivative(s => total({}, s), scale);
}

describe.each(Object.entries(heads))('%s', (name, head) => {
  it.each(Object.entries(targetLosses))('has the gradient of its value on random batches: %s', (_, loss) => {
    const random = testRandom(7);
    for (const [batch, dimension, classes, scale] of [
      [6, 5, 4, 1],
      [5, 2, 6, 8],
      [1, 3, 2, 20],
    ]) {
      const difference = expectTrueGradient(
        head,
        {
          embeddings: randomMatrix(random, batch, dimension, 2),
          weights: randomMatrix(random, classes, dimension, 0.7),
          labels: randomLabels(random, batch, name === 'subCenterArcFace' ? classes / 2 : classes),
          upstream: randomVector(random, batch),
          targetLoss: loss,
        },
        scale,
      );
      if (name !== 'softmax') expect(Math.abs(difference)).toBeLessThan(1e-6);
    }
  });

  it('has the gradient of its value at every angle, seams approached from both sides', () => {
    const random = testRandom(11);
    const weights = randomMatrix(random, 4, 6);
    const seams = [
      Math.PI - 0.5,
      Math.PI - 0.3,
      Math.PI / 2,
      (Math.PI - 0.2) / 1.35,
      ...[2, 3, 4, 5].flatMap(m => Array.from({length: m - 1}, (_, k) => ((k + 1) * Math.PI) / m)),
    ];
    const angles = [0.01, 0.3, 1.2, 2.2, 2.9, Math.PI - 0.01, ...seams.flatMap(s => [s - 1e-4, s + 1e-4])];
    for (const theta of angles) {
      const label = name === 'subCenterArcFace' ? 1 : 2;
      const embedding = atAngle(weights[2], randomVector(random, 6), theta, random.uniform(0.5, 3));
      const inputs = {embeddings: [embedding], weights, labels: [label], upstream: [1.3]};
      expectTrueGradient(head, inputs, 4, 1e-6);
    }
  });

  it('scales its gradients with the upstream gradient of each example', () => {
    const random = testRandom(13);
    const inputs = {
      embeddings: randomMatrix(random, 2, 3),
      weights: randomMatrix(random, 4, 3),
      labels: [0, 1],
    };
    const both = head({...inputs, upstream: [2, 0]}, 5).gradients;
    const first = head({...inputs, embeddings: [inputs.embeddings[0]], labels: [0], upstream: [1]}, 5);
    expect(relativeError([both.embeddings[0]], [scaled(first.gradients.embeddings[0], 2)])).toBeLessThan(
      1e-12,
    );
    expect(both.embeddings[1].map(Math.abs)).toEqual([0, 0, 0]);
  });
});

describe('at the ends of the range', () => {
  const arc = (theta: number, length: number, scale: number, margin: number) => {
    const embedding = atAngle([1, 2, -1], [0.3, 1, 1], theta, length);
    const opposite = scaled([1, 2, -1], -1);
    return arcFace({embeddings: [embedding], weights: [[1, 2, -1], opposite], labels: [0]}, {scale, margin});
  };

  it('gives ArcFace’s target logit a gradient of s sin(θ + m)/‖x‖, bounded as θ → 0', () => {
    for (const theta of [1e-7, 1e-6, 1e-4, 0.3]) {
      const {logits, gradients} = arc(theta, 2, 30, 0.5);
      const [target, other] = logits[0];
      const miss = 1 / (1 + Math.exp(target - other));
      const ofLogits = norm(gradients.embeddings[0]) / miss;
      const expected = (30 * (Math.sin(theta + 0.5) + Math.sin(theta))) / 2;
      expect(ofLogits / expected).toBeCloseTo(1, 8);
    }
  });

  it('keeps a loss above zero, and its digits, where the target leads by hundreds', () => {
    const {losses, gradients} = normFace(
      {
        embeddings: [[2, 0]],
        weights: [
          [1, 0],
          [-1, 0.5],
        ],
        labels: [0],
      },
      {scale: 100},
    );
    const gap = 100 * (1 + 1 / Math.hypot(1, 0.5));
    expect(losses[0]).toBeGreaterThan(0);
    expect(losses[0] / Math.exp(-gap)).toBeCloseTo(1, 10);
    expect(norm(gradients.embeddings[0])).toBeGreaterThan(0);
  });

  it('keeps its value, and a gradient of 1/‖x‖ at a right angle to x, for norms from 1e-3 to 1e3', () => {
    const atLength = (length: number) => arc(0.7, length, 64, 0.5);
    const unit = atLength(1);
    for (const length of [1e-3, 1e3]) {
      const {losses, gradients} = atLength(length);
      expect(losses[0] / unit.losses[0]).toBeCloseTo(1, 10);
      expect(relativeError(gradients.weights, unit.gradients.weights)).toBeLessThan(1e-10);
      const rescaled = scaled(gradients.embeddings[0], length);
      expect(relativeError([rescaled], unit.gradients.embeddings)).toBeLessThan(1e-10);
    }
    const embedding = atAngle([1, 2, -1], [0.3, 1, 1], 0.7, 1);
    expect(Math.abs(dot(unit.gradients.embeddings[0], embedding))).toBeLessThan(1e-10);
  });

  it('is finite where the target trails by thousands', () => {
    const {losses} = normFace(
      {
        embeddings: [[2, 0]],
        weights: [
          [-1, 0],
          [1, 0],
        ],
        labels: [0],
      },
      {scale: 1000},
    );
    expect(losses[0]).toBeCloseTo(2000, 9);
  });

  it('has no loss and no gradient with one class', () => {
    const {losses, gradients} = arcFace(
      {embeddings: [[1, 2]], weights: [[3, -1]], labels: [0]},
      {scale: 64, margin: 0.5},
    );
    expect(losses).toEqual([0]);
    expect(gradients.embeddings[0].map(Math.abs)).toEqual([0, 0]);
  });
});

describe('identities', () => {
  const random = testRandom(17);
  const inputs: HeadInputs = {
    embeddings: randomMatrix(random, 7, 4),
    weights: randomMatrix(random, 6, 4),
    labels: randomLabels(random, 7, 6),
    upstream: randomVector(random, 7),
  };
  const unit = {...inputs, weights: inputs.weights.map(normalized)};
  const scale = 9;
  const margin = 0.4;
  const plain = normFace(inputs, {scale});
  const arc = arcFace(inputs, {scale, margin});
  const pairs: [string, HeadResult, HeadResult][] = [
    ['CosFace at m = 0 is NormFace', cosFace(inputs, {scale, margin: 0}), plain],
    ['ArcFace at m = 0 is NormFace', arcFace(inputs, {scale, margin: 0}), plain],
    ['COCO is NormFace', coco(inputs, {scale}), plain],
    [
      'L2-softmax on unit weights is NormFace',
      withoutWeights(l2Softmax(unit, {scale})),
      withoutWeights(normFace(unit, {scale})),
    ],
    ...everyBeyond.map((beyond): [string, HeadResult, HeadResult] => [
      `combined (1, m, 0) is ArcFace, ${beyond}`,
      combined(inputs, {scale, angleFactor: 1, angularMargin: 2, cosineMargin: 0, beyond}),
      arcFace(inputs, {scale, margin: 2, beyond}),
    ]),
    [
      'combined (1, 0, m) is CosFace',
      combined(inputs, {scale, angleFactor: 1, angularMargin: 0, cosineMargin: margin}),
      cosFace(inputs, {scale, margin}),
    ],
    [
      'L-Softmax at m = 1 is softmax',
      withoutScale(lSoftmax(inputs, {margin: 1})),
      withoutScale(softmaxHead(inputs)),
    ],
    [
      'A-Softmax at λ = ∞ is A-Softmax at m = 1',
      aSoftmax(inputs, {margin: 4, lambda: Number.POSITIVE_INFINITY}),
      aSoftmax(inputs, {margin: 1}),
    ],
    [
      'A-Softmax at m = 1 has SphereFace’s gradient for x',
      withoutWeights(aSoftmax(inputs, {margin: 1, lambda: 3, gradient: 'sphereface'})),
      withoutWeights(aSoftmax(inputs, {margin: 1})),
    ],
    ['sub-center ArcFace at K = 1 is ArcFace', subCenterArcFace(inputs, {scale, margin, subCenters: 1}), arc],
    ['focal at γ = 0 is cross-entropy', arcFace({...inputs, targetLoss: focal(0)}, {scale, margin}), arc],
  ];

  function withoutScale({losses, logits, gradients}: HeadResult): HeadResult {
    return {losses, logits, gradients: {...gradients, scale: 0}};
  }
  function withoutWeights({losses, logits, gradients}: HeadResult): HeadResult {
    return {losses, logits, gradients: {...gradients, weights: [[0]]}};
  }

  it.each(pairs)('%s', (_, actual, expected) => {
    expect(relativeError([actual.losses], [expected.losses])).toBeLessThan(1e-12);
    expect(relativeError(actual.logits, expected.logits)).toBeLessThan(1e-12);
    expect(relativeError(actual.gradients.embeddings, expected.gradients.embeddings)).toBeLessThan(1e-12);
    expect(relativeError(actual.gradients.weights, expected.gradients.weights)).toBeLessThan(1e-12);
    expect(actual.gradients.scale).toBeCloseTo(expected.gradients.scale, 12);
  });

  it('gives straight-through ArcFace the value of ArcFace and another gradient', () => {
    const through = arcFace(inputs, {scale, margin, gradient: 'straight-through'});
    expect(through.losses).toEqual(arc.losses);
    expect(relativeError(through.gradients.embeddings, arc.gradients.embeddings)).toBeGreaterThan(0.01);
  });
});
