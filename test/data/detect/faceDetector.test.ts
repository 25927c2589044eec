import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {alignFace} from '../../../src/data/align/alignFace';
import {faceDetector} from '../../../src/data/detect/faceDetector';

/** Three people beside each other, 1920×1280, from face-api's own package. */
const photograph = fileURLToPath(
  new URL('../../../node_modules/@vladmandic/face-api/demo/sample1.jpg', import.meta.url),
);

async function pixelsOf(channels: 1 | 3 | 4) {
  const image = sharp(photograph).resize(960);
  const {data, info} = await (channels === 1
    ? image.toColorspace('b-w')
    : channels === 4
      ? image.ensureAlpha()
      : image.removeAlpha()
  )
    .raw()
    .toBuffer({resolveWithObject: true});
  expect(info.channels).toBe(channels);
  return {data: new Uint8Array(data), width: info.width, height: info.height};
}

beforeAll(async () => {
  await useBackend('wasm');
});

describe('faceDetector', () => {
  it('finds three people, gray or in color, and leaves no tensor', async () => {
    const before = tf.memory().numTensors;
    const detector = await faceDetector();
    const loaded = tf.memory().numTensors;
    for (const channels of [3, 4, 1] as const) {
      const photo = await pixelsOf(channels);
      const faces = await detector.detectFaces(photo);
      expect(faces).toHaveLength(3);
      expect(tf.memory().numTensors).toBe(loaded);
      const middles = faces.map(({box}) => (box.x + box.width / 2) / photo.width).sort((a, b) => a - b);
      // Where a person sees them.
      for (const [i, place] of [0.26, 0.49, 0.82].entries()) expect(middles[i]).toBeCloseTo(place, 1);
      for (const {box, score, landmarks} of faces) {
        expect(score).toBeGreaterThan(0.5);
        const [leftEye, rightEye, nose, leftMouth, rightMouth] = landmarks;
        expect(leftEye[0]).toBeLessThan(rightEye[0]);
        expect(leftMouth[0]).toBeLessThan(rightMouth[0]);
        expect(nose[1]).toBeGreaterThan(Math.max(leftEye[1], rightEye[1]));
        expect(nose[1]).toBeLessThan(Math.min(leftMouth[1], rightMouth[1]));
        expect(nose[0]).toBeGreaterThan(box.x);
        expect(nose[0]).toBeLessThan(box.x + box.width);
        expect(() => alignFace(photo, landmarks, {maxResidual: 8})).not.toThrow();
      }
      expect(faces.map(({score}) => score)).toEqual(faces.map(({score}) => score).sort((a, b) => b - a));
    }
    detector.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('leaves out what it is less sure of, and all but so many', async () => {
    const photo = await pixelsOf(3);
    const [sure, one] = await Promise.all([faceDetector({minScore: 1}), faceDetector({maxFaces: 1})]);
    expect(await sure.detectFaces(photo)).toEqual([]);
    expect(await one.detectFaces(photo)).toHaveLength(1);
    for (const detector of [sure, one]) detector.dispose();
  });

  it('refuses an image of two channels, and options that are none', async () => {
    const detector = await faceDetector();
    await expect(detector.detectFaces({data: new Uint8Array(8), width: 2, height: 2})).rejects.toThrow(
      'detectFaces: image must have 1, 3 or 4 channels, but has 2.',
    );
    detector.dispose();
    await expect(faceDetector({minScore: 2})).rejects.toThrow('minScore must be a number from 0 to 1');
    await expect(faceDetector({maxFaces: 0})).rejects.toThrow('maxFaces must be a whole number of 1 or more');
  });
});
