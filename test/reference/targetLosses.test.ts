import {describe, expect, it} from 'vitest';
import {centralDerivative} from './centralDifference';
import {crossEntropy, focal} from './targetLosses';

describe.each([
  ['cross-entropy', crossEntropy],
  ['focal 0', focal(0)],
  ['focal 0.5', focal(0.5)],
  ['focal 2', focal(2)],
  ['focal 5', focal(5)],
])('%s', (_, g) => {
  it('has the slope of its value', () => {
    for (const l of [-30, -3, -1, -0.1, -1e-3]) {
      const numeric = centralDerivative(t => g(t).value, l, 1e-6 * Math.min(1, -l));
      expect(g(l).slope / numeric).toBeCloseTo(1, 6);
    }
  });

  it('is zero, without NaN, where the probability is one', () => {
    expect(g(0).value).toBe(0);
    expect(g(0).slope).not.toBeNaN();
  });
});

it('focal keeps its digits as p → 1, where it is ℓ^(γ+1)', () => {
  for (const l of [1e-6, 1e-9, 1e-15]) {
    const {value, slope} = focal(2)(-l);
    expect(value / l ** 3).toBeCloseTo(1, 5);
    expect(slope / (-3 * l ** 2)).toBeCloseTo(1, 5);
  }
});
