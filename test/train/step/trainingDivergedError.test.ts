import {expect, it} from 'vitest';
import {type Divergence, TrainingDivergedError} from '../../../src/train/step/trainingDivergedError';

const divergence: Divergence = {
  step: 7,
  epoch: 2,
  at: 'gradient',
  weights: ['a', 'b', 'c'],
  terms: {arcFace: 3, mine: Number.NaN},
  gradientNorm: Infinity,
  learningRate: 0.1,
};
const messageOf = (change: Partial<Divergence>) =>
  new TrainingDivergedError({...divergence, ...change}).message;

it('says where, when and in which weights, at most three of them by name', () => {
  expect(messageOf({})).toMatch(
    /^Training stopped before step 7 \(epoch 2\) was taken: not finite in the gradient \(a, b, c\)\. Loss: arcFace 3, mine NaN; gradient norm Infinity; learning rate 0\.1\. The loss is finite and its gradient is not\..* Weights are as before this step, and the last checkpoint is untouched\.$/,
  );
  expect(messageOf({term: 'mine', weights: []})).toMatch('not finite in the gradient of mine. Loss');
  expect(messageOf({weights: ['a', 'b', 'c', 'd', 'e']})).toMatch('(a, b, c and 2 more).');
  expect(messageOf({at: 'update'})).toMatch(
    /^Training stopped: step 7 \(epoch 2\) has left weights that are not finite \(a, b, c\)\. .* No checkpoint of them was written: go on from the last one\.$/,
  );
});

it('has what it says', () => {
  expect({...new TrainingDivergedError({...divergence, term: 'mine'})}).toEqual({
    ...divergence,
    term: 'mine',
    name: 'TrainingDivergedError',
  });
});
