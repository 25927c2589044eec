import * as tf from '@tensorflow/tfjs-core';
import {describe, expect, it} from 'vitest';
import {angularStatistics} from '../../../src/evaluate/embeddings/angularStatistics';
import {allocatedBy} from '../../support/allocatedBy';
import {describeOnBackends} from '../../support/backends';
import {randomMatrix, testRandom} from '../../support/random';

const polar = (degrees: number, radius = 1) => {
  const radians = (degrees * Math.PI) / 180;
  return [radius * Math.cos(radians), radius * Math.sin(radians)];
};
const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);

describe('angularStatistics', () => {
  it('measures two classes of two embeddings each as done by hand', async () => {
    // Class 0 at -10 and 10 degrees, class 1 at 70 and 110; all of length 2, so class means point to 0 and 90 degrees.
    const embeddings = [-10, 10, 70, 110].flatMap(degrees => polar(degrees, 2));
    const statistics = await angularStatistics(embeddings, [0, 0, 1, 1], 2);
    expect(statistics.meanIntraClassAngle).toBeCloseTo(15, 10);
    expect(statistics.minInterClassAngle).toBeCloseTo(90, 10);
    expect(statistics.meanNorm).toBeCloseTo(2, 12);
    expect(statistics.normDeviation).toBeCloseTo(0, 12);
    const within = 2 * (1 - cosine(10)) + 2 * (1 - cosine(20));
    // The mean of all is half the sum of class means of lengths 2 cos 10 and 2 cos 20, at right angles.
    const direction = (Math.atan2(cosine(20), cosine(10)) * 180) / Math.PI;
    const between = 2 * (1 - cosine(direction)) + 2 * (1 - cosine(90 - direction));
    expect(statistics.angularFisher).toBeCloseTo(within / between, 12);
  });

  it('lets long embeddings weigh no more than short ones in the direction of a class', async () => {
    const embeddings = [...polar(0, 100), ...polar(20, 1), ...polar(180), ...polar(180)];
    const statistics = await angularStatistics(embeddings, [0, 0, 1, 1], 2);
    expect(statistics.meanIntraClassAngle).toBeCloseTo((10 + 10 + 0 + 0) / 4, 10);
    expect(statistics.minInterClassAngle).toBeCloseTo(170, 10);
  });

  it("takes the score's class means over the embeddings as they are, as the paper does", async () => {
    const embeddings = [...polar(0, 3), ...polar(90, 4), ...polar(180, 5)];
    // Class 0 has the mean (1.5, 2); the mean of all is (-2/3, 4/3).
    const within = 1 - 3 / 5 + (1 - 4 / 5);
    const ofAll = Math.hypot(-2, 4);
    const between = 2 * (1 - (-1.5 * 2 + 2 * 4) / (2.5 * ofAll)) + (1 - 2 / ofAll);
    expect((await angularStatistics(embeddings, [0, 0, 1], 2)).angularFisher).toBeCloseTo(
      within / between,
      12,
    );
  });

  it('finds the two classes that are nearest', async () => {
    const embeddings = [0, 100, 190, 217].flatMap(degrees => polar(degrees));
    expect((await angularStatistics(embeddings, [0, 1, 2, 3], 4)).minInterClassAngle).toBeCloseTo(27, 10);
  });

  it('measures in any dimension', async () => {
    const embeddings = new Float32Array([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 2]);
    const statistics = await angularStatistics(embeddings, new Int32Array([0, 1, 2, 2]), 3);
    expect(statistics.minInterClassAngle).toBeCloseTo(90, 10);
    expect(statistics.meanIntraClassAngle).toBe(0);
    expect(statistics.angularFisher).toBe(0);
    expect(statistics.meanNorm).toBe(1.25);
    expect(statistics.normDeviation).toBeCloseTo(Math.sqrt(0.1875), 12);
  });

  it('tells angles far smaller than a cosine in float64 can', async () => {
    const embeddings = [1, 1e-9, 1, -1e-9, 0, 1];
    const {meanIntraClassAngle} = await angularStatistics(embeddings, [0, 0, 1], 2);
    expect(meanIntraClassAngle).toBeCloseTo(((2 / 3) * 1e-9 * 180) / Math.PI, 15);
  });

  it('leaves classes without embeddings out', async () => {
    const embeddings = [0, 60].flatMap(degrees => polar(degrees));
    expect((await angularStatistics(embeddings, [1, 7], 10)).minInterClassAngle).toBeCloseTo(60, 10);
  });

  it('takes no memory of the size of an id', async () => {
    const embeddings = [0, 60].flatMap(degrees => polar(degrees));
    let angle = 0;
    const asked = await allocatedBy(async () => {
      const statistics = await angularStatistics(embeddings, [1, 2 ** 31 - 1], 2 ** 31);
      angle = statistics.minInterClassAngle;
    });
    expect(angle).toBeCloseTo(60, 10);
    expect(asked).toBeLessThan(1000);
  });

  it.each([1e-300, 1e-38, 1e38, 1e300])('measures the same angles of embeddings of length %d', async size => {
    const embeddings = [-10, 10, 70, 110].flatMap(degrees => polar(degrees, size));
    const [found, usual] = await Promise.all([
      angularStatistics(embeddings, [0, 0, 1, 1], 2),
      angularStatistics(
        [-10, 10, 70, 110].flatMap(degrees => polar(degrees)),
        [0, 0, 1, 1],
        2,
      ),
    ]);
    expect(found.meanIntraClassAngle).toBeCloseTo(15, 10);
    expect(found.minInterClassAngle).toBeCloseTo(90, 10);
    expect(found.angularFisher).toBeCloseTo(usual.angularFisher, 10);
    expect(found.meanNorm / size).toBeCloseTo(1, 12);
  });

  it('takes an embedding of length zero to stand at right angles to its class', async () => {
    const statistics = await angularStatistics([1, 0, 0, 0, 0, 1], [0, 0, 1], 2);
    expect(statistics.meanIntraClassAngle).toBeCloseTo(30, 10);
    expect(statistics.angularFisher).toBeGreaterThan(0);
  });

  it('names what is wrong with its arguments', async () => {
    await expect(angularStatistics([1, 2, 3], [0, 1], 2)).rejects.toThrow(
      'embeddings must hold equal rows for 2 labels, but hold 3 values',
    );
    await expect(angularStatistics([], [], 2)).rejects.toThrow(
      'embeddings must hold equal rows for 0 labels, but hold 0 values',
    );
    await expect(angularStatistics([1, 2], [0, 2], 2)).rejects.toThrow(
      'labels[1] must be a class id from 0 to 1, but is 2',
    );
    await expect(angularStatistics([1, Number.NaN], [0, 1], 2)).rejects.toThrow(
      'embeddings[1] must be a finite number, but is NaN',
    );
    await expect(angularStatistics([1, 2], [1, 1], 2)).rejects.toThrow(
      'labels must name at least 2 classes, but name 1',
    );
  });
});

describeOnBackends('angularStatistics of many classes', () => {
  /** The smallest angle between the mean directions, by loops over all pairs in float64. */
  function byLoops(embeddings: number[][], labels: number[], classes: number): number {
    const directions = Array.from({length: classes}, () => embeddings[0].map(() => 0));
    embeddings.forEach((row, i) => {
      const length = Math.hypot(...row) || 1;
      row.forEach((value, d) => {
        directions[labels[i]][d] += value / length;
      });
    });
    const units = directions.map(row => {
      const length = Math.hypot(...row);
      return row.map(value => value / length);
    });
    let smallest = Number.POSITIVE_INFINITY;
    for (let j = 0; j < classes; j++) {
      for (let k = j + 1; k < classes; k++) {
        let [apart, along] = [0, 0];
        for (let d = 0; d < units[j].length; d++) {
          apart += (units[j][d] - units[k][d]) ** 2;
          along += (units[j][d] + units[k][d]) ** 2;
        }
        smallest = Math.min(smallest, 2 * Math.atan2(Math.sqrt(apart), Math.sqrt(along)));
      }
    }
    return (smallest * 180) / Math.PI;
  }

  const classes = 1100;
  const random = testRandom(7);
  const labels = Array.from({length: classes + 40}, (_, i) => i % classes);
  const anywhere = () => randomMatrix(random, labels.length, 8);

  it('finds the nearest two wherever they are, as loops in float64 do', async () => {
    const embeddings = anywhere();
    const {minInterClassAngle} = await angularStatistics(embeddings.flat(), labels, classes);
    expect(minInterClassAngle).toBeCloseTo(byLoops(embeddings, labels, classes), 10);
  });

  it.each([
    [3, 4],
    [2, 1095],
    [1090, 1099],
  ])(
    'tells classes %i and %i apart, whose cosine is 1 in float32, and others that are nearly as near',
    async (a, b) => {
      const embeddings = anywhere();
      embeddings[b] = embeddings[a].map((value, d) => value + (d === 0 ? 1e-5 : 0));
      embeddings[500] = embeddings[501].map((value, d) => value + (d === 0 ? 3e-5 : 0));
      const tensors = tf.memory().numTensors;
      const parts: number[] = [];
      const {minInterClassAngle} = await angularStatistics(embeddings.flat(), labels, classes, {
        onProgress: part => parts.push(part),
      });
      const expected = byLoops(embeddings, labels, classes);
      expect(Math.abs(minInterClassAngle / expected - 1)).toBeLessThan(1e-6);
      expect(parts.at(-1)).toBe(1);
      expect(tf.memory().numTensors).toBe(tensors);
    },
  );

  it('gives 0 where all classes have one direction', async () => {
    const embeddings = labels.flatMap(() => [3, 4]);
    expect((await angularStatistics(embeddings, labels, classes)).minInterClassAngle).toBe(0);
  });
});
