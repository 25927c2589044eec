import {describe, expect, it} from 'vitest';
import {randomLabels, randomMatrix, randomVector, testRandom} from '../support/random';
import {centralDifference, relativeError} from './centralDifference';
import {type ClassAgentInputs, type ClassAgentResult, classContrastive, classTriplet} from './classAgents';
import {dot} from './vectors';

const losses: [string, (inputs: ClassAgentInputs) => ClassAgentResult][] = [
  ['C-contrastive', inputs => classContrastive(inputs)],
  [
    'C-contrastive with margins and weight',
    inputs => classContrastive(inputs, {positiveMargin: 0.4, negativeMargin: 2.5, negativeWeight: 0.3}),
  ],
  ['C-triplet', inputs => classTriplet(inputs)],
  ['C-triplet over all classes', inputs => classTriplet(inputs, {margin: 1.5, hardestOnly: false})],
];

it.each(losses)('%s has the gradient of its value', (_, loss) => {
  const random = testRandom(21);
  const inputs = {
    embeddings: randomMatrix(random, 9, 4, 2),
    weights: randomMatrix(random, 5, 4),
    labels: randomLabels(random, 9, 5),
    upstream: randomVector(random, 9),
  };
  const total = (changed: Partial<ClassAgentInputs>) =>
    dot(inputs.upstream, loss({...inputs, ...changed}).losses);
  const {gradients} = loss(inputs);
  const embeddings = centralDifference(x => total({embeddings: x}), inputs.embeddings);
  const weights = centralDifference(w => total({weights: w}), inputs.weights);
  expect(relativeError(gradients.embeddings, embeddings)).toBeLessThan(1e-6);
  expect(relativeError(gradients.weights, weights)).toBeLessThan(1e-6);
});

describe('on axes, where the squared distances are 0, 2 and 4', () => {
  const axes = {
    embeddings: [[5, 0]],
    weights: [
      [2, 0],
      [0, 3],
      [-1, 0],
    ],
  };

  it('C-contrastive counts the distance to its own agent and what the others lack of the margin', () => {
    expect(classContrastive({...axes, labels: [0]}).losses[0]).toBeCloseTo(0, 12);
    expect(classContrastive({...axes, labels: [1]}).losses[0]).toBeCloseTo(2 + 1, 12);
    expect(classContrastive({...axes, labels: [2]}, {negativeMargin: 3}).losses[0]).toBeCloseTo(
      4 + 3 + 1,
      12,
    );
  });

  it('C-triplet compares with the nearest other agent, or with all of them', () => {
    expect(classTriplet({...axes, labels: [0]}).losses[0]).toBe(0);
    expect(classTriplet({...axes, labels: [1]}).losses[0]).toBeCloseTo(0.8 + 2 - 0, 12);
    expect(classTriplet({...axes, labels: [2]}, {hardestOnly: false}).losses[0]).toBeCloseTo(
      0.8 + 4 + (0.8 + 4 - 2),
      12,
    );
  });
});
