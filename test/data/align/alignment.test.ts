import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {alignFace} from '../../../src/data/align/alignFace';
import {faceTemplate} from '../../../src/data/align/faceTemplate';
import {type Point, similarityTransform} from '../../../src/data/align/similarityTransform';
import {warp} from '../../../src/data/align/warp';

interface Golden {
  landmarks: Point[];
  matrix: number[][];
}
const golden: {
  cases: Golden[];
  pair: {from: Point[]; to: Point[]; matrix: number[][]};
  warp: {width: number; height: number; image: number[]; landmarks: Point[]; size: number; result: number[]};
} = JSON.parse(readFileSync(new URL('../../fixtures/data/alignment.json', import.meta.url), 'utf8'));

function expectMatrix(from: Point[], to: Point[], matrix: number[][]) {
  const {a, b, tx, ty} = similarityTransform(from, to);
  const found = [a, -b, tx, b, a, ty];
  for (const [i, value] of matrix.flat().entries()) expect(found[i]).toBeCloseTo(value, 9);
}

describe('similarityTransform', () => {
  it.each(golden.cases.map(({landmarks, matrix}, i) => [i, landmarks, matrix] as const))(
    'is Umeyama’s in float64, case %i (the last is a mirror image)',
    (_, landmarks, matrix) => expectMatrix(landmarks, faceTemplate(), matrix),
  );

  it('takes two points exactly', () => {
    const {from, to, matrix} = golden.pair;
    expectMatrix(from, to, matrix);
  });

  it('names what is wrong with the points', () => {
    const one: Point[] = [[1, 2]];
    expect(() => similarityTransform(one, one)).toThrow('at least two, but have 1 and 1');
    expect(() =>
      similarityTransform(
        [
          [0, 0],
          [1, 1],
        ],
        one,
      ),
    ).toThrow('but have 2 and 1');
    expect(() =>
      similarityTransform(
        [
          [3, 3],
          [3, 3],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    ).toThrow('but all are the same');
    expect(() =>
      similarityTransform(
        [
          [3, Number.NaN],
          [3, 3],
        ],
        [
          [0, 0],
          [1, 1],
        ],
      ),
    ).toThrow('from must hold finite points');
  });
});

describe('alignFace', () => {
  const {width, height, image, landmarks, size, result} = golden.warp;

  it('is a bilinear warp in float64 with a black border', () => {
    const face = alignFace({data: Float32Array.from(image), width, height}, landmarks, {size});
    expect([face.width, face.height, face.data.length]).toEqual([32, 32, 32 * 32 * 3]);
    const far = Math.max(...result.map((value, i) => Math.abs(value - face.data[i])));
    expect(far).toBeLessThan(1e-3);
    // Part of the result lies outside the photograph.
    expect(result.filter(value => value === 0).length).toBeGreaterThan(50);
  });

  it('rounds bytes to the nearest', () => {
    for (const Kind of [Uint8Array, Uint8ClampedArray]) {
      const {data} = alignFace({data: Kind.from(image), width, height}, landmarks, {size});
      expect(data).toBeInstanceOf(Kind);
      expect(Math.max(...result.map((value, i) => Math.abs(value - data[i])))).toBeLessThan(0.501);
    }
  });

  it('leaves a face alone that is aligned', () => {
    const data = Uint8Array.from({length: 112 * 112}, (_, i) => (i * 7919) % 256);
    expect(alignFace({data, width: 112, height: 112}, faceTemplate()).data).toEqual(data);
  });

  it('has InsightFace’s template in every size', () => {
    expect(faceTemplate()[2]).toEqual([56.0252, 71.7366]);
    expect(faceTemplate(224)[0]).toEqual([2 * 38.2946, 2 * 51.6963]);
    expect(faceTemplate(128)[0][0]).toBeCloseTo(46.2946, 10);
    expect(faceTemplate(256)[4][0]).toBeCloseTo(2 * 78.7299, 10);
  });

  it('cuts another shape with a template of one’s own', () => {
    const template = faceTemplate().map(([x, y]): Point => [x - 8, y]);
    const data = Uint8Array.from({length: 112 * 112}, (_, i) => i % 112);
    const face = alignFace({data, width: 112, height: 112}, faceTemplate(), {size: [112, 96], template});
    expect([face.height, face.width]).toEqual([112, 96]);
    expect([...face.data.slice(0, 3)]).toEqual([8, 9, 10]);
    expect(() => alignFace({data, width: 112, height: 112}, faceTemplate(), {size: [112, 96]})).toThrow(
      'template must be given',
    );
  });

  it('asks for five landmarks, and for data that fits', () => {
    const photo = {data: new Uint8Array(12), width: 2, height: 2};
    expect(() => alignFace(photo, faceTemplate().slice(1))).toThrow('landmarks must be 5 points, but are 4');
    expect(() => warp({...photo, width: 5}, {a: 1, b: 0, tx: 0, ty: 0}, 2, 2)).toThrow('has 12 for 5 × 2');
  });
});
