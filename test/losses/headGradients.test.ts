import {expect, it} from 'vitest';
import {describeOnBackends} from '../backends';
import {atAngle} from '../reference/atAngle';
import {relativeError} from '../reference/centralDifference';
import {randomLabels, randomMatrix, randomVector, seededRandom} from '../reference/random';
import type {HeadInputs} from '../reference/softmaxLoss';
import {scaled} from '../reference/vectors';
import {evaluate, type HeadCase, headCases, inFloat32} from './headCases';

const TOLERANCE = 1e-4;

function expectAgreement(headCase: HeadCase, given: HeadInputs, scale: number) {
  const inputs = inFloat32(given);
  const head = headCase.head({classes: inputs.weights.length, scale, learnScale: headCase.scaled});
  const actual = evaluate(head, inputs);
  const expected = headCase.formula(inputs, scale);
  expect(relativeError([actual.losses], [expected.losses])).toBeLessThan(TOLERANCE);
  expect(relativeError(actual.embeddings, expected.gradients.embeddings)).toBeLessThan(TOLERANCE);
  expect(relativeError(actual.weights, expected.gradients.weights)).toBeLessThan(TOLERANCE);
  if (headCase.scaled) {
    expect(relativeError([[actual.scale]], [[expected.gradients.scale]])).toBeLessThan(TOLERANCE);
  }
  head.dispose();
}

describeOnBackends('heads', () => {
  it.each(headCases)('$name agrees with its formula on random batches', headCase => {
    const random = seededRandom(11);
    for (const [batch, dimension, classes, scale] of [
      [8, 5, 4, 1],
      [8, 16, 12, 16],
      [33, 7, 3, 64],
      [1, 2, 10, 30],
      [5, 3, 1, 16],
    ]) {
      const inputs = {
        embeddings: randomMatrix(random, batch, dimension),
        weights: randomMatrix(random, classes, dimension),
        labels: randomLabels(random, batch, classes),
        upstream: randomVector(random, batch),
      };
      expectAgreement(headCase, inputs, scale);
    }
  });

  it.each(headCases)('$name agrees at every angle between 1e-6 and π − 1e-6, and at both sides of its seams', headCase => {
    const random = seededRandom(12);
    const angles = [1e-6, 1e-5, 1e-4, 1e-3, 0.03, 0.3, 1, Math.PI / 2, 2, 3, 3.1, Math.PI - 1e-3, Math.PI - 1e-5, Math.PI - 1e-6];
    for (const seam of headCase.seams) angles.push(seam - 1e-5, seam + 1e-5);
    for (const theta of angles) {
      const weights = randomMatrix(random, 4, 6);
      const embeddings = [atAngle(weights[2], randomVector(random, 6), theta, 1.7)];
      expectAgreement(headCase, {embeddings, weights, labels: [2], upstream: [0.7]}, 16);
    }
  });

  it.each(headCases)('$name agrees for norms from 1e-3 to 1e3', headCase => {
    const random = seededRandom(13);
    for (const [embeddingSize, weightSize] of [
      [1e-3, 1],
      [1e3, 1],
      [1, 1e-3],
      [1, 1e3],
      [1e-3, 1e3],
      [1e3, 1e3],
    ]) {
      const inputs = {
        embeddings: randomMatrix(random, 6, 8).map(row => scaled(row, embeddingSize)),
        weights: randomMatrix(random, 5, 8).map(row => scaled(row, weightSize)),
        labels: randomLabels(random, 6, 5),
        upstream: randomVector(random, 6),
      };
      expectAgreement(headCase, inputs, 30);
    }
  });
});
