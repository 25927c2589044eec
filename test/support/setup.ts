import {beforeEach} from 'vitest';
import {seededRandom} from '../../src/base/random';

// TensorFlow.js draws from Math.random wherever no seed is given. A test must meet the same numbers in every run, and
// the same whether it runs alone or after others.
const seed = () => {
  Math.random = seededRandom(1);
};
seed();
beforeEach(seed);
