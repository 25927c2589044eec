import {expect, it} from 'vitest';
import {cosineDecay} from '../../src/schedules/cosineDecay';
import {exponentialDecay} from '../../src/schedules/exponentialDecay';
import {linearRamp} from '../../src/schedules/linearRamp';
import {polynomialDecay} from '../../src/schedules/polynomialDecay';
import {type Schedule, scheduleAt} from '../../src/schedules/schedule';
import {stepDecay} from '../../src/schedules/stepDecay';

const at = (schedule: Schedule, steps: number[]) =>
  steps.map(step => Number(scheduleAt(schedule, step).toPrecision(6)));

it('divides by ten at given steps', () => {
  const schedule = stepDecay({peak: 0.1, boundaries: [10, 20]});
  expect(at(schedule, [1, 10, 11, 20, 21, 1000])).toEqual([0.1, 0.1, 0.01, 0.01, 0.001, 0.001]);
});

it('follows a cosine from the peak to the floor', () => {
  const schedule = cosineDecay({peak: 1, steps: 8, floor: 0.2});
  const cosine = (part: number) => Number((0.2 + 0.4 * (1 + Math.cos(Math.PI * part))).toPrecision(6));
  expect(at(schedule, [1, 3, 5, 7, 9, 100])).toEqual([1, cosine(0.25), 0.6, cosine(0.75), 0.2, 0.2]);
});

it('follows a polynomial', () => {
  expect(at(polynomialDecay({peak: 1, steps: 10}), [1, 6, 10, 11, 50])).toEqual([1, 0.5, 0.1, 0, 0]);
  expect(at(polynomialDecay({peak: 1, steps: 10, power: 2, floor: 0.5}), [6, 11])).toEqual([0.625, 0.5]);
});

it('decays exponentially', () => {
  const halves = exponentialDecay({peak: 8, factor: 0.5, steps: 10});
  expect(at(halves, [1, 11, 31])).toEqual([8, 4, 1]);
  expect(scheduleAt(halves, 6)).toBeCloseTo(8 * Math.SQRT1_2, 12);
});

it.each([
  ['step', stepDecay({peak: 2, boundaries: [50], warmupSteps: 4})],
  ['cosine', cosineDecay({peak: 2, steps: 104, warmupSteps: 4})],
  ['polynomial', polynomialDecay({peak: 2, steps: 104, warmupSteps: 4})],
  ['exponential', exponentialDecay({peak: 2, factor: 0.9, warmupSteps: 4})],
  ['constant', linearRamp({to: 2, steps: 4})],
])('rises in a straight line before a %s schedule, which begins where that ends', (_, schedule) => {
  expect(at(schedule, [1, 2, 3, 4, 5])).toEqual([0.5, 1, 1.5, 2, 2]);
});

it('decays over the steps that the warm-up leaves', () => {
  expect(at(cosineDecay({peak: 2, steps: 104, warmupSteps: 4}), [55, 105])).toEqual([1, 0]);
  expect(at(polynomialDecay({peak: 2, steps: 104, warmupSteps: 4}), [55, 105])).toEqual([1, 0]);
});

it('says what is wrong with an option', () => {
  expect(() => cosineDecay({peak: 1, steps: 5, warmupSteps: 5})).toThrow(
    'cosineDecay: steps must be more than warmupSteps, whose steps it counts too, but is 5 with 5 of warm-up',
  );
  expect(() => polynomialDecay({peak: -1, steps: 5})).toThrow('peak must be a finite number of 0 or more');
  expect(() => exponentialDecay({peak: 1, factor: 2})).toThrow(
    'factor must be a number from 0 to 1, but is 2',
  );
  expect(() => stepDecay({peak: 1, boundaries: [5, 4]})).toThrow('boundaries must be positive and ascend');
});
