import {describe, expect, it} from 'vitest';
import {angularStatistics} from '../../../src/evaluate/embeddings/angularStatistics';

const polar = (degrees: number, radius = 1) => {
  const radians = (degrees * Math.PI) / 180;
  return [radius * Math.cos(radians), radius * Math.sin(radians)];
};
const cosine = (degrees: number) => Math.cos((degrees * Math.PI) / 180);

describe('angularStatistics', () => {
  it('measures two classes of two embeddings each as done by hand', () => {
    // Class 0 at -10 and 10 degrees, class 1 at 70 and 110; all of length 2, so class means point to 0 and 90 degrees.
    const embeddings = [-10, 10, 70, 110].flatMap(degrees => polar(degrees, 2));
    const statistics = angularStatistics(embeddings, [0, 0, 1, 1], 2);
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

  it('lets long embeddings weigh no more than short ones in the direction of a class', () => {
    const embeddings = [...polar(0, 100), ...polar(20, 1), ...polar(180), ...polar(180)];
    const statistics = angularStatistics(embeddings, [0, 0, 1, 1], 2);
    expect(statistics.meanIntraClassAngle).toBeCloseTo((10 + 10 + 0 + 0) / 4, 10);
    expect(statistics.minInterClassAngle).toBeCloseTo(170, 10);
  });

  it("takes the score's class means over the embeddings as they are, as the paper does", () => {
    const embeddings = [...polar(0, 3), ...polar(90, 4), ...polar(180, 5)];
    // Class 0 has the mean (1.5, 2); the mean of all is (-2/3, 4/3).
    const within = 1 - 3 / 5 + (1 - 4 / 5);
    const ofAll = Math.hypot(-2, 4);
    const between = 2 * (1 - (-1.5 * 2 + 2 * 4) / (2.5 * ofAll)) + (1 - 2 / ofAll);
    expect(angularStatistics(embeddings, [0, 0, 1], 2).angularFisher).toBeCloseTo(within / between, 12);
  });

  it('finds the two classes that are nearest', () => {
    const embeddings = [0, 100, 190, 217].flatMap(degrees => polar(degrees));
    expect(angularStatistics(embeddings, [0, 1, 2, 3], 4).minInterClassAngle).toBeCloseTo(27, 10);
  });

  it('measures in any dimension', () => {
    const embeddings = new Float32Array([1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 2]);
    const statistics = angularStatistics(embeddings, new Int32Array([0, 1, 2, 2]), 3);
    expect(statistics.minInterClassAngle).toBeCloseTo(90, 10);
    expect(statistics.meanIntraClassAngle).toBe(0);
    expect(statistics.angularFisher).toBe(0);
    expect(statistics.meanNorm).toBe(1.25);
    expect(statistics.normDeviation).toBeCloseTo(Math.sqrt(0.1875), 12);
  });

  it('tells angles far smaller than a cosine in float64 can', () => {
    const embeddings = [1, 1e-9, 1, -1e-9, 0, 1];
    const {meanIntraClassAngle} = angularStatistics(embeddings, [0, 0, 1], 2);
    expect(meanIntraClassAngle).toBeCloseTo(((2 / 3) * 1e-9 * 180) / Math.PI, 15);
  });

  it('leaves classes without embeddings out', () => {
    const embeddings = [0, 60].flatMap(degrees => polar(degrees));
    expect(angularStatistics(embeddings, [1, 7], 10).minInterClassAngle).toBeCloseTo(60, 10);
  });

  it('takes an embedding of length zero to stand at right angles to its class', () => {
    const statistics = angularStatistics([1, 0, 0, 0, 0, 1], [0, 0, 1], 2);
    expect(statistics.meanIntraClassAngle).toBeCloseTo(30, 10);
    expect(statistics.angularFisher).toBeGreaterThan(0);
  });

  it('names what is wrong with its arguments', () => {
    expect(() => angularStatistics([1, 2, 3], [0, 1], 2)).toThrow(
      '3 values in embeddings are not equal rows for the 2 labels',
    );
    expect(() => angularStatistics([], [], 2)).toThrow('0 values in embeddings');
    expect(() => angularStatistics([1, 2], [0, 2], 2)).toThrow('labels[1] is 2; class ids are 0 to 1');
    expect(() => angularStatistics([1, Number.NaN], [0, 1], 2)).toThrow('embeddings[1] is NaN');
    expect(() => angularStatistics([1, 2], [1, 1], 2)).toThrow('labels name 1 classes; at least 2');
  });
});
