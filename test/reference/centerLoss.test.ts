import {expect, it} from 'vitest';
import {randomMatrix, randomVector, testRandom} from '../support/random';
import {centerLoss, updateCenters} from './centerLoss';
import {centralDifference, relativeError} from './centralDifference';
import {dot} from './vectors';

const random = testRandom(3);
const inputs = {
  embeddings: randomMatrix(random, 6, 4),
  centers: randomMatrix(random, 3, 4),
  labels: [0, 2, 2, 0, 2, 2],
};

it('has the gradient of its value', () => {
  const upstream = randomVector(random, 6);
  const {gradients} = centerLoss({...inputs, upstream});
  const total = (changed: Partial<typeof inputs>) =>
    dot(upstream, centerLoss({...inputs, ...changed}).losses);
  const embeddings = centralDifference(x => total({embeddings: x.map(row => [...row])}), inputs.embeddings);
  const centers = centralDifference(c => total({centers: c.map(row => [...row])}), inputs.centers);
  expect(relativeError(gradients.embeddings, embeddings)).toBeLessThan(1e-6);
  expect(relativeError(gradients.centers, centers)).toBeLessThan(1e-6);
});

it('moves a center by α of its mean offset, shrunk by n/(1 + n), and leaves absent classes alone', () => {
  const updated = updateCenters({embeddings: [[4], [6], [9]], centers: [[1], [2]], labels: [0, 0, 0]}, 0.5);
  expect(updated).toEqual([[1 + (0.5 * (3 + 5 + 8)) / 4], [2]]);
});

it('brings centers to the class means when repeated', () => {
  let centers = inputs.centers;
  for (let step = 0; step < 200; step++) centers = updateCenters({...inputs, centers}, 0.5);
  const mean = inputs.embeddings[0].map((value, d) => (value + inputs.embeddings[3][d]) / 2);
  expect(relativeError([centers[0]], [mean])).toBeLessThan(1e-12);
  expect(centers[1]).toEqual(inputs.centers[1]);
});
