import '@tensorflow/tfjs-layers';
import * as tf from '@tensorflow/tfjs-core';
import {expect, it} from 'vitest';
import {evaluateAsync, headCases, inFloat32, recentCases} from '../losses/heads/headCases';
import {atAngle} from '../reference/atAngle';
import {relativeError} from '../reference/centralDifference';
import {randomMatrix, randomVector, testRandom} from '../support/random';
import {describeOnBackends, tolerance} from './backends';

/** One newer head of each operation that they share: a GPU compiles for minutes. */
const inBrowsers = [
  'AdaFace, α = 1, exact',
  'MagFace',
  'CurricularFace',
  'SphereFace2, exact',
  'ArcFace with an inter-class filter',
];
const cases = headCases.filter(each => !recentCases.includes(each) || inBrowsers.includes(each.name));
/** Heads whose loss is more than that of a probability among the classes, which is 1 where there is one only. */
const costOneClass = ['MagFace', 'SphereFace2, exact'];

/** From nearly equal to nearly opposite, with one angle past where a margin of 0.5 goes beyond π. */
const angles = [1e-4, 0.01, 0.3, 1, 1.5, 2, 2.7, Math.PI - 0.01];

describeOnBackends('heads', backend => {
  const TOLERANCE = tolerance(backend);
  // One shape for all, so that a GPU compiles its shaders once.
  it.each(cases)('$name agrees with its formula, and leaves nothing behind', async headCase => {
    const random = testRandom(81);
    const {subCenters = 1, scaled} = headCase;
    const weights = randomMatrix(random, angles.length * subCenters, 6);
    const inputs = inFloat32({
      embeddings: angles.map((theta, i) =>
        // Lengths differ, for heads whose margin follows from them.
        atAngle(weights[i * subCenters], randomVector(random, 6), theta, 1.3 + (i % 5) / 5),
      ),
      weights,
      labels: angles.map((_, i) => i),
      upstream: angles.map(() => random.uniform(0.5, 2)),
    });
    const before = tf.memory().numTensors;
    const head = headCase.head({classes: angles.length, scale: 16, learnScale: scaled});
    const actual = await evaluateAsync(head, inputs);
    head.dispose();
    expect(tf.memory().numTensors).toBe(before);
    const expected = headCase.formula(inputs, 16);
    const worst = (a: number[][], b: readonly (readonly number[])[]) =>
      Math.max(...a.map((row, i) => relativeError([row], [b[i] as number[]])));
    const column = (values: number[]) => values.map(value => [value]);
    expect(worst(column(actual.losses), column(expected.losses)), 'losses').toBeLessThan(TOLERANCE);
    expect(worst(actual.embeddings, expected.gradients.embeddings), 'by embeddings').toBeLessThan(TOLERANCE);
    expect(worst(actual.weights, expected.gradients.weights), 'by weights').toBeLessThan(TOLERANCE);
    if (scaled) {
      const terms = (inputs.upstream ?? []).reduce((sum, u) => sum + Math.abs(u), 0);
      const error = Math.abs(actual.scale - expected.gradients.scale);
      expect(error / Math.max(Math.abs(expected.gradients.scale), 0.1 * terms), 'by scale').toBeLessThan(
        TOLERANCE,
      );
    }
  });

  it.each(cases.filter(({name}) => !costOneClass.includes(name)))(
    '$name has no loss and no NaN where there is one class only',
    async headCase => {
      const {subCenters = 1} = headCase;
      const inputs = {
        embeddings: randomMatrix(testRandom(84), 4, 6),
        weights: randomMatrix(testRandom(85), subCenters, 6),
        labels: [0, 0, 0, 0],
      };
      const head = headCase.head({classes: 1, scale: 16});
      const {losses, embeddings, weights} = await evaluateAsync(head, inputs);
      head.dispose();
      expect(losses).toEqual([0, 0, 0, 0]);
      expect([...embeddings, ...weights].flat().every(value => value === 0)).toBe(true);
    },
  );
});
