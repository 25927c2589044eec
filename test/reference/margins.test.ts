import {describe, expect, it} from 'vitest';
import type {Margin} from './angularLogit';
import {arcFaceMargin} from './arcFace';
import {centralDerivative} from './centralDifference';
import {combinedMargin} from './combinedMargin';
import {cosFaceMargin} from './cosFace';
import {annealedPsi, lambdaAt, psi} from './multiplicativeMargin';

const sweep = Array.from({length: 400}, (_, i) => 1e-3 + (i / 399) * (Math.PI - 2e-3));

const slopesAreRight = (f: Margin, seams: number[]) => {
  for (const theta of [...sweep, ...seams.flatMap(seam => [seam - 1e-5, seam + 1e-5])]) {
    if (seams.some(seam => Math.abs(theta - seam) < 5e-6)) continue;
    expect(f(theta).slope).toBeCloseTo(
      centralDerivative(t => f(t).value, theta, 1e-6),
      7,
    );
  }
};

const isMonotone = (f: Margin) =>
  sweep.slice(1).every((theta, i) => f(theta).value <= f(sweep[i]).value + 1e-15);

/** The jump f(seam+) − f(seam−), and the same of the slope. */
const jump = (f: Margin, seam: number) => {
  const before = f(seam - 1e-9);
  const after = f(seam + 1e-9);
  return {value: after.value - before.value, slope: after.slope - before.slope};
};

describe('ArcFace', () => {
  const seam = Math.PI - 0.5;
  it.each(['hard', 'continuous', 'none'] as const)('has the slope of its value: %s', beyond => {
    slopesAreRight(arcFaceMargin({margin: 0.5, beyond}), [seam]);
  });

  it('drops by 0.117 at its seam when hard, and stays monotone', () => {
    const f = arcFaceMargin({margin: 0.5, beyond: 'hard'});
    expect(f(seam + 1e-9).value).toBeCloseTo(-1.1173, 4);
    expect(jump(f, seam).value).toBeCloseTo(-0.1173, 4);
    expect(isMonotone(f)).toBe(true);
  });

  it('has neither jump nor corner when continuous, and stays monotone', () => {
    const f = arcFaceMargin({margin: 0.5, beyond: 'continuous'});
    expect(Math.abs(jump(f, seam).value)).toBeLessThan(1e-8);
    expect(Math.abs(jump(f, seam).slope)).toBeLessThan(1e-8);
    expect(isMonotone(f)).toBe(true);
  });

  it('rises again beyond π − m with nothing done about it', () => {
    expect(isMonotone(arcFaceMargin({margin: 0.5, beyond: 'none'}))).toBe(false);
  });

  it('has the margin only below π/2 when easy', () => {
    const f = arcFaceMargin({margin: 0.5, easy: true});
    slopesAreRight(f, [Math.PI / 2]);
    expect(f(1.5).value).toBe(Math.cos(2));
    expect(f(1.6).value).toBe(Math.cos(1.6));
  });
});

describe('combined', () => {
  const settings = [
    [1.5, 0, 0],
    [1.2, 0.4, 0],
    [1.1, 0, 0.35],
    [1, 0.3, 0.2],
    [0.9, 0.4, 0.15],
    [3.8, 0, 0.1],
  ];
  it.each(settings)('(%f, %f, %f) has the slope of its value, and falls throughout', (m1, m2, m3) => {
    const options = {angleFactor: m1, angularMargin: m2, cosineMargin: m3};
    const seams = [1, 2, 3].map(k => (k * Math.PI - m2) / m1).filter(seam => seam < Math.PI);
    for (const beyond of ['hard', 'continuous', 'none'] as const) {
      const f = combinedMargin({...options, beyond});
      slopesAreRight(f, seams);
      if (beyond !== 'none') expect(isMonotone(f)).toBe(true);
    }
    for (const seam of seams) {
      const {value, slope} = jump(combinedMargin({...options, beyond: 'continuous'}), seam);
      expect(Math.abs(value)).toBeLessThan(1e-7);
      expect(Math.abs(slope)).toBeLessThan(1e-7);
    }
    if (seams.length > 0) {
      expect(jump(combinedMargin({...options, beyond: 'hard'}), seams[0]).value).toBeLessThan(0);
    }
  });

  it('is the ψ of L-Softmax at (m, 0, 0), continuous', () => {
    const f = combinedMargin({angleFactor: 4, angularMargin: 0, cosineMargin: 0, beyond: 'continuous'});
    for (const theta of sweep) expect(f(theta).value).toBeCloseTo(psi(4)(theta).value, 12);
  });
});

describe('ψ', () => {
  const closedForms: Record<number, (c: number) => number> = {
    2: c => 2 * Math.sign(c) * c * c - 1,
    3: c => {
      const s1 = Math.sign(Math.abs(c) - 0.5);
      return s1 * (4 * c ** 3 - 3 * c) + Math.sign(c) * (1 + s1) - 2;
    },
    4: c => {
      const s0 = Math.sign(c);
      const s3 = s0 * Math.sign(2 * c * c - 1);
      return s3 * (8 * c ** 4 - 8 * c * c + 1) + 2 * s0 + s3 - 3;
    },
  };
  it.each([2, 3, 4])('is the sign-function form of the published layers for m = %i', m => {
    for (const theta of sweep) {
      expect(psi(m)(theta).value).toBeCloseTo(closedForms[m](Math.cos(theta)), 12);
    }
  });

  it.each([1, 2, 3, 4, 5, 7])('is continuous, monotone and has the right slope for m = %i', m => {
    const seams = Array.from({length: m - 1}, (_, k) => ((k + 1) * Math.PI) / m);
    slopesAreRight(psi(m), seams);
    slopesAreRight(annealedPsi({margin: m, lambda: 5}), seams);
    expect(isMonotone(psi(m))).toBe(true);
    for (const seam of seams) expect(Math.abs(jump(psi(m), seam).value)).toBeLessThan(1e-7);
    expect(psi(m)(0).value).toBe(1);
    expect(psi(m)(Math.PI).value).toBeCloseTo(1 - 2 * m, 12);
  });

  it('anneals by the published schedules', () => {
    const sphereFace = {base: 1000, gamma: 0.12, power: 1, minimum: 5};
    expect(lambdaAt(1, sphereFace)).toBeCloseTo(893, 0);
    expect(lambdaAt(100, sphereFace)).toBeCloseTo(76.9, 1);
    expect(lambdaAt(1000, sphereFace)).toBeCloseTo(8.26, 2);
    expect(lambdaAt(1657, sphereFace)).toBeGreaterThan(5);
    expect(lambdaAt(1659, sphereFace)).toBe(5);
    const lSoftmaxMnist = {base: 1000, gamma: 2.5e-5, power: 35, minimum: 0};
    expect(lambdaAt(1000, lSoftmaxMnist)).toBeCloseTo(421, 0);
    expect(lambdaAt(5000, lSoftmaxMnist)).toBeCloseTo(16.2, 1);
    expect(lambdaAt(10_000, lSoftmaxMnist)).toBeCloseTo(0.41, 2);
    expect(lambdaAt(20_000, lSoftmaxMnist)).toBeCloseTo(7e-4, 4);
  });
});

it('CosFace’s margin has the slope of its value', () => slopesAreRight(cosFaceMargin(0.35), []));
