import {describe, expect, it} from 'vitest';
import {annealing, lSoftmaxMnistAnnealing} from '../../src/schedules/annealing';
import {cosineDecay} from '../../src/schedules/cosineDecay';
import {exponentialDecay} from '../../src/schedules/exponentialDecay';
import {linearRamp} from '../../src/schedules/linearRamp';
import {polynomialDecay} from '../../src/schedules/polynomialDecay';
import {type Schedule, scheduleAt, scheduleValues} from '../../src/schedules/schedule';
import {stepDecay} from '../../src/schedules/stepDecay';
import {stepwise} from '../../src/schedules/stepwise';

const at = (schedule: number | Schedule, steps: number[]) => steps.map(step => scheduleAt(schedule, step));

describe('scheduleAt', () => {
  it('is a plain number at every step', () => {
    expect(at(0.3, [0, 1, 1e9])).toEqual([0.3, 0.3, 0.3]);
  });

  it('climbs or falls in a straight line after the delay', () => {
    expect(at(linearRamp({to: 0.5, steps: 10}), [0, 1, 5, 10, 11])).toEqual([0, 0.05, 0.25, 0.5, 0.5]);
    const late = linearRamp({from: 4, to: 2, steps: 4, delay: 10});
    expect(at(late, [1, 10, 11, 13, 14, 99])).toEqual([4, 4, 3.5, 2.5, 2, 2]);
  });

  it('takes one value after another, each to its boundary and with it', () => {
    const schedule = stepwise({values: [16, 32, 64], boundaries: [5, 10]});
    expect(at(schedule, [1, 5, 6, 10, 11, 1e6])).toEqual([16, 16, 32, 32, 64, 64]);
    expect(at(stepwise({values: [7], boundaries: []}), [1, 1000])).toEqual([7, 7]);
  });

  it('falls as the annealings of SphereFace and L-Softmax, to their minimum', () => {
    const sphereFace = annealing();
    expect(at(sphereFace, [0, 1, 1000]).map(value => Number(value.toPrecision(4)))).toEqual([
      1000, 892.9, 8.264,
    ]);
    expect(scheduleAt(sphereFace, 1657)).toBeGreaterThan(5);
    expect(scheduleAt(sphereFace, 1659)).toBe(5);
    const digits = lSoftmaxMnistAnnealing();
    expect(at(digits, [0, 1000, 10_000]).map(value => Number(value.toPrecision(3)))).toEqual([
      1000, 421, 0.406,
    ]);
    expect(scheduleAt(digits, 1e7)).toBeGreaterThan(0);
    expect(at(annealing({base: 8, gamma: 1, power: 2, minimum: 0.5}), [1, 3, 4])).toEqual([2, 0.5, 0.5]);
  });

  it('multiplies by the factor given after every boundary', () => {
    expect(at(stepDecay({peak: 8, boundaries: [2, 4], factor: 0.5}), [2, 3, 5])).toEqual([8, 4, 2]);
    // The last step of the warm-up has the peak, though a boundary lies before it.
    expect(at(stepDecay({peak: 8, boundaries: [2], factor: 0.5, warmupSteps: 4}), [2, 4, 5])).toEqual([
      4, 8, 4,
    ]);
  });

  it('names the kinds there are where it is given another', () => {
    for (const kind of ['sine', 'toString']) {
      expect(() => scheduleAt({kind} as never, 1)).toThrow(
        `schedule: kind must be one of linear, stepwise, annealing, step, polynomial, cosine, exponential, but is ${kind}.`,
      );
    }
  });
});

describe('scheduleValues', () => {
  it.each<[string, number | Schedule, number[]]>([
    ['a number', 0.5, [0.5]],
    ['a ramp', linearRamp({from: 0.1, to: 0.5, steps: 10}), [0.1, 0.5]],
    ['steps', stepwise({values: [16, 64, 32], boundaries: [5, 10]}), [16, 64, 32]],
    ['an annealing', annealing({base: 100, minimum: 2}), [100, 2]],
    ['a decay by steps', stepDecay({peak: 8, boundaries: [10, 20], factor: 0.5}), [8, 2]],
    ['a polynomial', polynomialDecay({peak: 3, steps: 10, floor: 1}), [3, 1]],
    ['a cosine', cosineDecay({peak: 3, steps: 10, floor: 1}), [3, 1]],
    ['an exponential', exponentialDecay({peak: 3, factor: 0.5}), [3]],
  ])('are those that %s begins with, ends with or steps to', (_, schedule, values) => {
    expect(scheduleValues(schedule)).toEqual(values);
  });
});

describe('the options of a schedule', () => {
  it.each<[string, () => Schedule]>([
    ['linearRamp: from must be a finite number, but is NaN', () => linearRamp({from: NaN, to: 1, steps: 1})],
    ['linearRamp: to must be a finite number, but is Infinity', () => linearRamp({to: Infinity, steps: 1})],
    ['linearRamp: steps must be a whole number of 1 or more, but is 0', () => linearRamp({to: 1, steps: 0})],
    ['linearRamp: delay must be a finite number of 0', () => linearRamp({to: 1, steps: 1, delay: -1})],
    ['annealing: base must be a finite number of 0 or more, but is -1', () => annealing({base: -1})],
    ['annealing: gamma must be a finite number of 0 or more, but is -1', () => annealing({gamma: -1})],
    ['annealing: power must be a finite number of 0 or more, but is -1', () => annealing({power: -1})],
    ['annealing: minimum must be a finite number of 0 or more, but is -1', () => annealing({minimum: -1})],
    ['but there are 1 values and 1 boundaries', () => stepwise({values: [1], boundaries: [1]})],
    ['but there are 3 values and 1 boundaries', () => stepwise({values: [1, 2, 3], boundaries: [1]})],
    ['stepwise: values must be a finite number', () => stepwise({values: [1, NaN], boundaries: [1]})],
    ['ascend, but are [0]', () => stepwise({values: [1, 2], boundaries: [0]})],
    ['ascend, but are [5,5]', () => stepwise({values: [1, 2, 3], boundaries: [5, 5]})],
    ['ascend, but are [5,6,NaN]', () => stepwise({values: [1, 2, 3, 4], boundaries: [5, 6, NaN]})],
    ['ascend, but are [0]', () => stepDecay({peak: 1, boundaries: [0]})],
    ['ascend, but are [5,5]', () => stepDecay({peak: 1, boundaries: [5, 5]})],
    [
      'stepDecay: factor must be a finite number above 0',
      () => stepDecay({peak: 1, boundaries: [], factor: 0}),
    ],
    ['stepDecay: peak must be a finite number of 0', () => stepDecay({peak: -1, boundaries: []})],
    ['warmupSteps must be a finite number of 0', () => stepDecay({peak: 1, boundaries: [], warmupSteps: -1})],
    [
      'exponentialDecay: factor must be a finite number above 0',
      () => exponentialDecay({peak: 1, factor: 0}),
    ],
    ['exponentialDecay: steps must be', () => exponentialDecay({peak: 1, factor: 0.5, steps: 0})],
    ['exponentialDecay: peak must be', () => exponentialDecay({peak: NaN, factor: 0.5})],
    ['polynomialDecay: steps must be', () => polynomialDecay({peak: 1, steps: 1.5})],
    ['polynomialDecay: power must be', () => polynomialDecay({peak: 1, steps: 5, power: 0})],
    ['polynomialDecay: floor must be', () => polynomialDecay({peak: 1, steps: 5, floor: -1})],
    ['polynomialDecay: steps must be more', () => polynomialDecay({peak: 1, steps: 5, warmupSteps: 6})],
    ['cosineDecay: peak must be', () => cosineDecay({peak: -1, steps: 5})],
    ['cosineDecay: steps must be', () => cosineDecay({peak: 1, steps: 0})],
    ['cosineDecay: floor must be', () => cosineDecay({peak: 1, steps: 5, floor: -1})],
  ])('%s', (message, make) => {
    expect(make).toThrow(message);
  });

  it('may be as far out as they make sense', () => {
    expect(scheduleAt(cosineDecay({peak: 0, steps: 5, warmupSteps: 4}), 3)).toBe(0);
    expect(scheduleAt(polynomialDecay({peak: 2, steps: 5, warmupSteps: 4}), 5)).toBe(2);
    expect(scheduleAt(exponentialDecay({peak: 2, factor: 1}), 1000)).toBe(2);
    expect(exponentialDecay({peak: 8, factor: 0.5})).toEqual({
      kind: 'exponential',
      peak: 8,
      factor: 0.5,
      steps: 1,
      warmupSteps: 0,
    });
    expect(at(exponentialDecay({peak: 8, factor: 0.5}), [1, 2, 3])).toEqual([8, 4, 2]);
  });

  it('are copied: a list that changes later changes no schedule', () => {
    const [values, boundaries] = [[1, 2], [5]];
    const schedules = [stepwise({values, boundaries}), stepDecay({peak: 1, boundaries, factor: 2})];
    values[1] = 7;
    boundaries[0] = 50;
    expect(schedules.map(schedule => scheduleAt(schedule, 6))).toEqual([2, 2]);
  });
});
