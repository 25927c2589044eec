import {arcFace, cosFace, logitCurve, softmax, useBackend} from 'face-margins';
import {angularStatistics} from 'face-margins/evaluate';
import {beforeAll, describe, expect, it} from 'vitest';
import {gaps, reachOf, spread, turn, wedges} from '../../examples/mnist-2d/geometry';

beforeAll(() => useBackend('cpu'));

const degree = Math.PI / 180;
const unit = (degrees: number, length = 1) => [
  length * Math.cos(degrees * degree),
  length * Math.sin(degrees * degree),
];
/** Ten classes, 36° apart. */
const ten = Array.from({length: 10}, (_, digit) => unit(36 * digit + 10)).flat();

describe('spread', () => {
  it('is what the library measures', async () => {
    const labels = Array.from({length: 300}, (_, i) => i % 10);
    const points = labels.flatMap((digit, i) => unit(37 * digit + 9 * Math.sin(i) * digit, 1 + (i % 7)));
    const {meanIntraClassAngle, minInterClassAngle} = await angularStatistics(points, labels, 10);
    const {within, between} = spread(points, labels);
    expect(within).toBeCloseTo(meanIntraClassAngle, 6);
    expect(between).toBeCloseTo(minInterClassAngle, 6);
  });
});

describe('wedges', () => {
  it('hold nine tenths of the images of a digit, around their mean direction, also at the seam of the circle', () => {
    const offsets = Array.from({length: 101}, (_, i) => i / 5 - 10);
    const points = [
      ...offsets.flatMap(offset => unit(180 + offset, 5)),
      ...offsets.flatMap(offset => unit(90 + 2 * offset)),
    ];
    const labels = [...offsets.map(() => 3), ...offsets.map(() => 1)];
    const [one, three] = wedges(points, labels);
    expect([one.digit, three.digit]).toEqual([1, 3]);
    expect(one.middle / degree).toBeCloseTo(90, 6);
    expect(Math.abs(turn(three.middle - Math.PI))).toBeCloseTo(0, 6);
    expect([three.from, three.to].map(angle => angle / degree)).toEqual([
      expect.closeTo(-9, 5),
      expect.closeTo(9, 5),
    ]);
    expect(one.to / degree).toBeCloseTo(18, 5);
  });
});

describe('gaps', () => {
  it('are as wide as the margin of ArcFace, between each two neighbors', async () => {
    const found = gaps(ten, await logitCurve(arcFace({classes: 10, scale: 20, margin: 0.3})));
    expect(found).toHaveLength(10);
    for (const {from, to} of found) {
      expect(to - from).toBeCloseTo(0.3, 2);
      // In the middle between two of them.
      expect(Math.abs(turn(((from + to) / 2 / degree - 28) * degree * 10))).toBeLessThan(0.01);
    }
  });

  it('are as wide as CosFace asks for: cos a − m = cos(φ − a) at their edge', async () => {
    const [{from, to}] = gaps(ten, await logitCurve(cosFace({classes: 10, scale: 20, margin: 0.15})));
    expect(to - from).toBeCloseTo(2 * Math.asin(0.15 / (2 * Math.sin(18 * degree))), 2);
  });

  it('are none without a margin, and all of the way where the margin asks for more than there is', async () => {
    expect(gaps(ten, await logitCurve(softmax({classes: 10})))).toEqual([]);
    const [{from, to}] = gaps(ten, await logitCurve(arcFace({classes: 10, scale: 20, margin: 0.7})));
    expect(to - from).toBeCloseTo(36 * degree, 4);
  });
});

it('reachOf is the length that all but the longest fiftieth have at most', () => {
  const points = Array.from({length: 101}, (_, i) => unit(i, i)).flat();
  expect(reachOf(points)).toBeCloseTo(98, 4);
  expect(reachOf([])).toBeGreaterThan(0);
});
