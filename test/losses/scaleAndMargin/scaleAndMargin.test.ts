import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {arcFace} from '../../../src/losses/heads/arcFace';
import {aSoftmax} from '../../../src/losses/heads/aSoftmax';
import {cocoScale} from '../../../src/losses/heads/coco';
import {subCenterArcFace} from '../../../src/losses/heads/subCenterArcFace';
import {feasibleMargin} from '../../../src/losses/scaleAndMargin/feasibleMargin';
import {logitCurve} from '../../../src/losses/scaleAndMargin/logitCurve';
import {
  l2SoftmaxScale,
  normFaceLowerBound,
  suggestScale,
} from '../../../src/losses/scaleAndMargin/suggestScale';
import * as bounds from '../../reference/bounds';

beforeAll(async () => {
  await useBackend('cpu');
});

it('suggests the scale at which classes on a simplex reach a probability', () => {
  for (const [classes, probability] of [
    [2, 0.9],
    [10, 0.99],
    [10_572, 0.9],
  ]) {
    expect(suggestScale(classes, probability)).toBeCloseTo(bounds.cosFaceScale(classes, probability), 10);
  }
  expect(suggestScale(10, 0.9)).toBeCloseTo(3.96, 2);
  expect(suggestScale(10, 0.99)).toBeCloseTo(6.11, 2);
});

it('suggests the scale at which classes on a circle reach a probability', () => {
  const scale = suggestScale(10, 0.9935, {dimension: 2});
  expect(scale).toBeGreaterThan(29.5);
  expect(scale).toBeLessThan(30.5);
  const others = Array.from({length: 9}, (_, k) =>
    Math.exp(-scale * (1 - Math.cos((2 * Math.PI * (k + 1)) / 10))),
  );
  expect(1 / (1 + others.reduce((a, b) => a + b))).toBeCloseTo(0.9935, 9);
});

it('knows the published bounds', () => {
  expect(l2SoftmaxScale(10)).toBeCloseTo(4.28, 2);
  expect(l2SoftmaxScale(10_572)).toBeCloseTo(11.46, 2);
  expect(l2SoftmaxScale(1000, 0.9)).toBeCloseTo(bounds.l2SoftmaxScale(1000, 0.9), 10);
  expect(normFaceLowerBound(10, 1)).toBeCloseTo(1.377, 3);
  expect(normFaceLowerBound(10_572, 1)).toBeCloseTo(8.27, 2);
  expect(normFaceLowerBound(10_572, 30)).toBeCloseTo(bounds.normFaceLowerBound(10_572, 30), 15);
  expect(cocoScale(10)).toBeCloseTo(0.5 * Math.log(9e4) + 3, 10);
});

it('knows how much margin there is room for', () => {
  const plane = feasibleMargin(10, 2);
  expect(plane.angle).toBeCloseTo(0.628, 3);
  expect(plane.cosine).toBeCloseTo(0.191, 3);
  expect(plane.exact).toBe(true);
  expect(feasibleMargin(4, 3).cosine).toBeCloseTo(4 / 3, 10);
  expect(feasibleMargin(1000, 3).exact).toBe(false);
});

it("draws a head's target logit beside the others'", async () => {
  const {angles, target, other} = await logitCurve(arcFace({classes: 5, scale: 10, margin: 0.5}), 5);
  expect(angles).toEqual([0, 1, 2, 3, 4].map(i => (Math.PI * i) / 4));
  angles.forEach((theta, i) => {
    const expected = theta + 0.5 <= Math.PI ? Math.cos(theta + 0.5) : Math.cos(theta) - 0.5 * Math.sin(0.5);
    expect(target[i]).toBeCloseTo(10 * expected, 4);
    expect(other[i]).toBeCloseTo(10 * Math.cos(theta), 4);
  });
});

it('draws heads of every normalization and with several centers, and leaves no tensor behind', async () => {
  const {numTensors} = tf.memory();
  const sphere = await logitCurve(aSoftmax({classes: 3, margin: 4, lambda: 0}), 3);
  expect(sphere.target.map(Math.round)).toEqual([1, -3, -7]);
  const head = subCenterArcFace({classes: 3, scale: 1, margin: 0.3});
  expect((await logitCurve(head, 2)).target[0]).toBeCloseTo(Math.cos(0.3), 6);
  expect(tf.memory().numTensors).toBe(numTensors);
});

it('says what is wrong with an argument', () => {
  expect(() => suggestScale(1)).toThrow('classes must be a number from 2');
  expect(() => suggestScale(10, 0.05)).toThrow(
    'probability must be above 1/classes = 0.1 and below 1, but is 0.05',
  );
  expect(() => feasibleMargin(10, 1)).toThrow('dimension');
  for (const probability of [0, 1]) expect(() => l2SoftmaxScale(10, probability)).toThrow('probability');
  expect(() => normFaceLowerBound(10, 0)).toThrow('scale must be a finite number above 0');
});
