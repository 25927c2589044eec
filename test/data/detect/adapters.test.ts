import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {alignFace} from '../../../src/data/align/alignFace';
import type {Point} from '../../../src/data/align/similarityTransform';
import type {DetectedFace} from '../../../src/data/detect/detectedFace';
import {type FaceApiFace, facesOfFaceApi} from '../../../src/data/detect/facesOfFaceApi';
import {facesOfHuman, type HumanFace} from '../../../src/data/detect/facesOfHuman';
import {facesOfMediaPipe, type MediaPipeDetections} from '../../../src/data/detect/facesOfMediaPipe';

/**
 * What `@vladmandic/face-api` 1.7.15 and `@vladmandic/human` 3.3.6 find of two faces in `demo/sample1.jpg` of face-api's package, from left to
 * right; `eyes` are the middles of what face-api calls the eyes.
 */
const found: {
  width: number;
  height: number;
  faceApi: (FaceApiFace & {eyes: Point[]})[];
  human: HumanFace[];
} = JSON.parse(readFileSync(new URL('../../fixtures/data/detected.json', import.meta.url), 'utf8'));

/** What MediaPipe finds of the same faces: its `FaceDetector`, and of its mesh x and y. */
const ofMediaPipe: MediaPipeDetections & {faceLandmarks: Point[][]} = JSON.parse(
  readFileSync(new URL('../../fixtures/data/mediapipe.json', import.meta.url), 'utf8'),
);

const distance = ([x, y]: Point, [u, v]: Point) => Math.hypot(x - u, y - v);
const photo = {data: new Uint8Array(found.width * found.height), width: found.width, height: found.height};

/** That points are those of a face: they fit the template, and each is within a part of the face, a tenth, of the other detector's. */
function expectSame(faces: DetectedFace[], others: DetectedFace[], part = 1 / 10) {
  expect(faces).toHaveLength(others.length);
  for (const [i, {landmarks, box}] of faces.entries()) {
    expect(() => alignFace(photo, landmarks, {maxResidual: 8})).not.toThrow();
    for (const [j, point] of landmarks.entries()) {
      expect(distance(point, others[i].landmarks[j])).toBeLessThan(part * box.width);
    }
  }
}

describe('the faces of two detectors', () => {
  it('have the same five points', () => {
    expectSame(facesOfFaceApi(found.faceApi), facesOfHuman(found.human));
    expectSame(facesOfHuman(found.human), facesOfFaceApi(found.faceApi));
  });

  it('keep box and score', () => {
    const [{detection}] = found.faceApi;
    expect(facesOfFaceApi(found.faceApi)[0]).toMatchObject({box: detection.box, score: detection.score});
    const [{box, score}] = found.human;
    const [x, y, width, height] = box;
    expect(facesOfHuman(found.human)[0]).toMatchObject({box: {x, y, width, height}, score});
  });
});

describe('facesOfFaceApi', () => {
  it('takes eyes as face-api does', () => {
    for (const [i, {landmarks}] of facesOfFaceApi(found.faceApi).entries()) {
      for (const eye of [0, 1])
        expect(distance(landmarks[eye], found.faceApi[i].eyes[eye])).toBeLessThan(0.2);
    }
  });

  it('says what is missing of a face', () => {
    const {detection} = found.faceApi[0];
    expect(() => facesOfFaceApi([{detection} as FaceApiFace])).toThrow(
      'facesOfFaceApi: a face must have 68 landmarks, but has none: add `.withFaceLandmarks()`',
    );
    expect(() => facesOfFaceApi([{detection, landmarks: {positions: []}}])).toThrow('but has 0');
  });
});

describe('facesOfHuman', () => {
  it('takes the six points of a detector without a mesh', () => {
    const six = found.human.map((face, i) => {
      const [left, right, nose, corner, otherCorner] = facesOfHuman(found.human)[i].landmarks;
      const mouth = [(corner[0] + otherCorner[0]) / 2, (corner[1] + otherCorner[1]) / 2];
      return {...face, mesh: [left, right, nose, mouth, [0, 0], [0, 0]]};
    });
    expectSame(facesOfHuman(six), facesOfHuman(found.human));
  });

  it('refuses another number of points', () => {
    expect(() => facesOfHuman([{...found.human[0], mesh: []}])).toThrow(
      'facesOfHuman: mesh must have 468 points, 478 with irises, or 6 without a mesh, but has 0.',
    );
  });
});

describe('facesOfMediaPipe', () => {
  const {width, height} = found;
  const [{mesh}] = found.human;
  const point = ([x, y]: readonly number[]) => ({x: (x + 0.5) / width, y: (y + 0.5) / height});

  it('takes the same mesh in parts of the image, with a box around it', () => {
    const [face] = facesOfMediaPipe({faceLandmarks: [mesh.map(point)]}, {width, height});
    const [expected] = facesOfHuman(found.human);
    for (const [i, landmark] of face.landmarks.entries()) {
      expect(distance(landmark, expected.landmarks[i])).toBeLessThan(1e-9);
    }
    const columns = mesh.map(([x]) => x);
    expect(face.box.x).toBeCloseTo(Math.min(...columns), 9);
    expect(face.box.width).toBeCloseTo(Math.max(...columns) - Math.min(...columns), 9);
    expect(face.score).toBe(1);
  });

  it('takes what MediaPipe finds: the same points as those of another detector, mesh or not', () => {
    const {detections, faceLandmarks} = ofMediaPipe;
    const meshes = {
      faceLandmarks: faceLandmarks.map(mesh => mesh.map(([x, y]) => ({x, y, z: 0, visibility: 0}))),
      faceBlendshapes: [],
      facialTransformationMatrixes: [],
    };
    const others = facesOfFaceApi(found.faceApi);
    expectSame(facesOfMediaPipe(meshes, {width, height}), others);
    const detected = facesOfMediaPipe({detections}, {width, height});
    // Six points of a face are less exact, and corners of the mouth are put beside its middle.
    expectSame(detected, others, 1 / 8);
    expect(detected.map(({score}) => score)).toEqual(detections.map(({categories}) => categories[0].score));
    for (const {box, landmarks} of detected) {
      for (const [x, y] of landmarks) {
        expect([x - box.x, y - box.y].every(from => from > 0 && from < box.width)).toBe(true);
      }
    }
  });

  it('takes detections, and puts the corners of a tilted mouth along the line of the eyes', () => {
    // A face turned by 90°: its left eye above the right one.
    const keypoints = [
      [50, 30],
      [50, 70],
      [30, 50],
      [10, 50],
      [0, 0],
      [0, 0],
    ].map(([x, y]) => ({x: (x + 0.5) / 100, y: (y + 0.5) / 100}));
    const boundingBox = {originX: 1, originY: 2, width: 3, height: 4};
    const [{box, score, landmarks}] = facesOfMediaPipe(
      {detections: [{boundingBox, categories: [{score: 0.7}], keypoints}]},
      {width: 100, height: 100},
    );
    expect([box, score]).toEqual([{x: 1, y: 2, width: 3, height: 4}, 0.7]);
    const [, , , [left, top], [right, bottom]] = landmarks;
    expect([left, right]).toEqual([expect.closeTo(10, 9), expect.closeTo(10, 9)]);
    // The template's mouth is 29.18 wide, its eyes 35.24 apart.
    expect(bottom - top).toBeCloseTo((40 * 29.1806) / 35.2377, 3);
    expect((bottom + top) / 2).toBeCloseTo(50, 9);
  });

  it('refuses another number of points, and an image without a size', () => {
    const size = {width, height};
    expect(() => facesOfMediaPipe({faceLandmarks: [[{x: 0, y: 0}]]}, size)).toThrow('but has 1');
    expect(() => facesOfMediaPipe({detections: [{categories: [], keypoints: []}]}, size)).toThrow(
      'but has 0',
    );
    expect(() => facesOfMediaPipe({faceLandmarks: []}, {width: 0, height: 5})).toThrow(
      'facesOfMediaPipe: image must have a width and a height, but they are 0 and 5.',
    );
  });
});
