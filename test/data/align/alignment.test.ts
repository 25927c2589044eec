import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {alignFace} from '../../../src/data/align/alignFace';
import {alignmentResidual} from '../../../src/data/align/alignmentResidual';
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

  it('refuses landmarks that are not those of a face as the template has it, with the residual', () => {
    const photo = {data: new Uint8Array(112 * 112), width: 112, height: 112};
    const [left, right, nose, mouthLeft, mouthRight] = faceTemplate();
    const swapped = [right, left, nose, mouthRight, mouthLeft];
    const sentence = (residual: string) =>
      `landmarks must fit the template to 16 pixels of a face of 112 rows, but are off by ${residual}: left eye, right eye`;
    // numpy, Umeyama without reflection: 22.64893456
    expect(() => alignFace(photo, swapped)).toThrow(sentence('22.6'));
    // In pixels of 112 rows, whatever the size of photograph and result.
    const large = {data: new Uint8Array(448 * 448), width: 448, height: 448};
    const larger = swapped.map(([x, y]): Point => [4 * x, 4 * y]);
    expect(() => alignFace(large, larger, {size: 64})).toThrow(sentence('22.6'));
    expect(() => alignFace(photo, [right, left, nose, mouthLeft, mouthRight])).toThrow(sentence('19.6'));
    expect(() => alignFace(photo, [left, right, nose, mouthRight, mouthLeft])).toThrow(sentence('16.9'));
    expect(alignFace(photo, swapped, {maxResidual: 23}).width).toBe(112);
    expect(alignFace(photo, swapped, {maxResidual: Infinity}).width).toBe(112);
    expect(() => alignFace(photo, faceTemplate(), {maxResidual: Number.NaN})).toThrow('maxResidual');
  });

  it('takes a profile, as narrow as a face can be', () => {
    const photo = {data: new Uint8Array(112 * 112), width: 112, height: 112};
    // Turned by some 80 degrees: a tenth of the width, and the nose 10 pixels in front.
    const profile = faceTemplate().map(([x, y], i): Point => [56 + 0.1 * (x - 56) - (i === 2 ? 10 : 0), y]);
    expect(alignFace(photo, profile).width).toBe(112);
  });

  it('refuses landmarks that lie outside the photograph or are no pixels', () => {
    const photo = {data: new Uint8Array(300 * 200), width: 300, height: 200};
    const at = (scale: number, right: number, down: number) =>
      faceTemplate().map(([x, y]): Point => [scale * x + right, scale * y + down]);
    expect(alignFace(photo, at(1, -50, 100)).width).toBe(112);
    expect(() => alignFace(photo, at(1, -60, 0))).toThrow(
      'the middle of the landmarks must lie in the photograph of 300 × 200 pixels, but is (-4.0, 71.9)',
    );
    expect(() => alignFace(photo, at(4, 100, 0))).toThrow('but is (324.1, 287.6)');
    expect(() => alignFace(photo, at(1 / 112, 0, 0))).toThrow(
      'landmarks must be in pixels, but lie within 0.240 pixels of their middle',
    );
  });

  it('asks for five landmarks, and for data that fits', () => {
    const photo = {data: new Uint8Array(12), width: 2, height: 2};
    expect(() => alignFace(photo, faceTemplate().slice(1))).toThrow('landmarks must be 5 points, but are 4');
    expect(() => warp({...photo, width: 5}, {a: 1, b: 0, tx: 0, ty: 0}, 2, 2)).toThrow('has 12 for 5 × 2');
  });
});

describe('alignmentResidual', () => {
  it.each(golden.cases.map((each, i) => [i, each] as const))(
    'follows from the matrix of case %i',
    (_, each) => {
      const squares = each.landmarks.map(([x, y], i) => {
        const [u, v] = each.matrix.map(([a, b, c]) => a * x + b * y + c);
        const [s, t] = faceTemplate()[i];
        return (u - s) ** 2 + (v - t) ** 2;
      });
      const expected = Math.sqrt(squares.reduce((sum, value) => sum + value) / 5);
      expect(alignmentResidual(each.landmarks)).toBeCloseTo(expected, 6);
    },
  );
});
