import {expect, it} from 'vitest';
import {randomMatrix, randomVector, testRandom} from '../support/random';
import {centralDifference, relativeError} from './centralDifference';
import {correctlyClassified, featureIncay} from './featureIncay';
import {dot} from './vectors';

it.each([0, 0.3])('has the gradient of its value, ε = %f', epsilon => {
  const random = testRandom(31);
  const embeddings = randomMatrix(random, 5, 3);
  const correct = [true, false, true, true, false];
  const upstream = randomVector(random, 5);
  const {gradients} = featureIncay({embeddings, correct, upstream}, {epsilon});
  const numeric = centralDifference(
    x => dot(upstream, featureIncay({embeddings: x, correct}, {epsilon}).losses),
    embeddings,
  );
  expect(relativeError(gradients.embeddings, numeric)).toBeLessThan(1e-6);
});

it('counts only what is classified correctly', () => {
  const correct = correctlyClassified(
    [
      [2, 1, 0],
      [2, 1, 0],
      [1, 1, 0],
    ],
    [0, 1, 1],
  );
  expect(correct).toEqual([true, false, false]);
  expect(
    featureIncay({
      embeddings: [
        [3, 4],
        [1, 0],
        [1, 0],
      ],
      correct,
    }).losses,
  ).toEqual([1 / 25, 0, 0]);
});
