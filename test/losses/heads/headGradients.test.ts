import {expect, it} from 'vitest';
import {atAngle} from '../../reference/atAngle';
import {relativeError} from '../../reference/centralDifference';
import type {HeadInputs} from '../../reference/softmaxLoss';
import {scaled} from '../../reference/vectors';
import {describeOnBackends} from '../../support/backends';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../../support/random';
import {evaluate, type HeadCase, headCases, inFloat32} from './headCases';

const TOLERANCE = 1e-4;

function expectAgreement(headCase: HeadCase, given: HeadInputs, scale: number, error = relativeError) {
  const inputs = inFloat32(given);
  const classes = inputs.weights.length / (headCase.subCenters ?? 1);
  const head = headCase.head({classes, scale, learnScale: headCase.scaled});
  const actual = evaluate(head, inputs);
  const expected = headCase.formula(inputs, scale);
  const column = (values: number[]) => values.map(value => [value]);
  expect(error(column(actual.losses), column(expected.losses))).toBeLessThan(TOLERANCE);
  expect(error(actual.embeddings, expected.gradients.embeddings as number[][])).toBeLessThan(TOLERANCE);
  expect(error(actual.weights, expected.gradients.weights as number[][])).toBeLessThan(TOLERANCE);
  if (headCase.scaled) {
    // A sum over the batch in which large terms may cancel, so that its error is relative to them.
    const terms = (inputs.upstream ?? []).reduce((sum, u) => sum + Math.abs(u), 0);
    const difference = Math.abs(actual.scale - expected.gradients.scale);
    expect(difference / Math.max(Math.abs(expected.gradients.scale), 0.1 * terms)).toBeLessThan(TOLERANCE);
  }
  head.dispose();
}

describeOnBackends('heads', () => {
  it.each(headCases)('$name agrees with its formula on random batches', headCase => {
    const random = testRandom(11);
    for (const [batch, dimension, classes, scale] of [
      [8, 5, 4, 1],
      [8, 16, 12, 16],
      [33, 7, 3, 64],
      [1, 2, 10, 30],
      [5, 3, 1, 16],
    ]) {
      if (classes < (headCase.minClasses ?? 1)) continue;
      const inputs = {
        embeddings: randomMatrix(random, batch, dimension),
        weights: randomMatrix(random, classes * (headCase.subCenters ?? 1), dimension),
        labels: randomLabels(random, batch, classes),
        upstream: randomVector(random, batch),
      };
      expectAgreement(headCase, inputs, scale);
    }
  });

  it.each(headCases)(
    '$name agrees at every angle between 1e-6 and π − 1e-6, and at both sides of its seams',
    headCase => {
      const random = testRandom(12);
      const near = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2];
      const angles = [
        ...near,
        ...Array.from({length: 31}, (_, i) => 0.05 + i / 10),
        ...near.map(theta => Math.PI - theta),
        ...headCase.seams.flatMap(seam => [seam - 1e-5, seam + 1e-5]),
      ];
      // A class of its own for each angle, so that every row of both gradients is dominated by one target.
      const {subCenters = 1} = headCase;
      const weights = randomMatrix(random, angles.length * subCenters, 6);
      const inputs = {
        embeddings: angles.map((theta, i) =>
          // Lengths differ, for heads whose margin follows from them.
          atAngle(weights[i * subCenters], randomVector(random, 6), theta, 1.3 + (i % 5) / 5),
        ),
        weights,
        labels: angles.map((_, i) => i),
        upstream: angles.map(() => random.uniform(0.5, 2)),
      };
      expectAgreement(headCase, inputs, 16, (actual, expected) =>
        Math.max(...actual.map((row, i) => relativeError([row], [expected[i]]))),
      );
    },
  );

  it.each(headCases)('$name agrees for norms from 1e-3 to 1e3', headCase => {
    const random = testRandom(13);
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
        weights: randomMatrix(random, 5 * (headCase.subCenters ?? 1), 8).map(row => scaled(row, weightSize)),
        labels: randomLabels(random, 6, 5),
        upstream: randomVector(random, 6),
      };
      expectAgreement(headCase, inputs, 30);
    }
  });
});
