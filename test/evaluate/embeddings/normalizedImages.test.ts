import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {compact} from '../../../src/backbones/compact';
import {setNormalization} from '../../../src/backbones/normalizationOf';
import {useBackend} from '../../../src/backend/useBackend';
import type {Normalization} from '../../../src/base/normalization';
import {imageTensors} from '../../../src/data/images/imageTensors';
import {pixelTensor} from '../../../src/data/images/pixelTensor';
import {arrayImages} from '../../../src/data/sources/arrayImages';
import {embedImages} from '../../../src/evaluate/embeddings/embedImages';

const shape = [4, 8, 8, 3] as [number, number, number, number];
const pixels = Uint8Array.from({length: 4 * 8 * 8 * 3}, (_, i) => (i * 37) % 256);
const faces = arrayImages({images: pixels, labels: [0, 0, 1, 1], shape});

/** A network that says which pixels it takes. */
function stating(normalize: Normalization) {
  const network = compact({embeddingSize: 2, inputShape: [8, 8, 3]});
  setNormalization(network, normalize);
  return network;
}

beforeAll(() => useBackend('cpu'));

describe('embedImages, of a model that says which pixels it takes', () => {
  it.each([
    [{deviation: 128}, {mean: 127.5, deviation: 128}],
    [{mean: 127.5}, {}],
    [{}, {mean: [127.5, 127.5, 127.5]}],
    [
      {mean: [1, 2, 3], deviation: 2, order: 'bgr'},
      {mean: [1, 2, 3], deviation: [2, 2, 2], order: 'bgr'},
    ],
  ] as [Normalization, Normalization][])('%j: takes images normalized by %j', async (stated, own) => {
    const network = stating(stated);
    const tensors = tf.memory().numTensors;
    await embedImages(network, imageTensors(faces.images, {normalize: own}));
    await embedImages(network, faces.batches({size: 2, normalize: own}).epoch(0));
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it.each([
    [{deviation: 128}, {}, '(x − 127.5) / 128, RGB, but are (x − 127.5) / 127.5, RGB'],
    [{}, {order: 'bgr'}, '(x − 127.5) / 127.5, RGB, but are (x − 127.5) / 127.5, BGR'],
    [{}, {mean: [0, 127.5, 127.5]}, 'RGB, but are (x − [0, 127.5, 127.5]) / 127.5, RGB'],
  ] as [Normalization, Normalization, string][])(
    '%j: refuses images normalized by %j, of every source',
    async (stated, own, message) => {
      const network = stating(stated);
      const one = {data: pixels.subarray(0, 192), width: 8, height: 8};
      const tensors = tf.memory().numTensors;
      for (const batches of [
        imageTensors(faces.images, {normalize: own}),
        faces.batches({size: 2, normalize: own}).epoch(0),
        [pixelTensor([one], {normalize: own})],
      ]) {
        await expect(embedImages(network, batches)).rejects.toThrow(
          `embedImages: images must be normalized as the model says, ${message.startsWith('(') ? '' : '(x − 127.5) / 127.5, '}${message}`,
        );
      }
      expect(tf.memory().numTensors).toBe(tensors);
    },
  );

  it('refuses numbers that no pixel gives, such as pixels that nobody normalized', async () => {
    const network = stating({});
    const raw = tf.tensor4d(Float32Array.from(pixels), shape);
    await expect(embedImages(network, raw)).rejects.toThrow(
      'embedImages: images must be pixels normalized as the model says, (x − 127.5) / 127.5, RGB, from -1 to 1, but reach from 0 to 255: ' +
        'imageTensors and pixelTensor do it, with {normalize: normalizationOf(model)}.',
    );
    const unit = tf.div(tf.sub(raw, 127.5), 127.5);
    await embedImages(network, unit);
    await expect(embedImages(stating({mean: 0, deviation: 255}), unit)).rejects.toThrow(
      'but reach from -1 to 1',
    );
    // A network that says nothing takes anything.
    await embedImages(compact({embeddingSize: 2, inputShape: [8, 8, 3]}), raw);
  });

  it('takes any model, and says that a saved normalization is none', async () => {
    const images = tf.zeros(shape) as tf.Tensor4D;
    const predict = (x: tf.Tensor4D) => tf.reshape(x, [x.shape[0], -1]);
    expect((await embedImages({predict}, images)).dimension).toBe(192);
    const wrong = {predict, getUserDefinedMetadata: () => ({normalize: {deviation: 0}})};
    await expect(embedImages(wrong, images)).rejects.toThrow(
      'deviation must be a finite number above 0, but is 0',
    );
  });
});

describe('pixelTensor', () => {
  it('is what imageTensors makes, and leaves the opacity of a canvas out', async () => {
    const normalize = {mean: [1, 2, 3], deviation: [4, 5, 6], order: 'bgr'} as const;
    const images = Array.from({length: 4}, (_, i) => ({
      data: pixels.subarray(192 * i, 192 * (i + 1)),
      width: 8,
      height: 8,
    }));
    const canvas = images.map(({data, ...size}) => ({
      ...size,
      data: Uint8ClampedArray.from({length: 256}, (_, i) =>
        i % 4 === 3 ? 99 : data[3 * Math.floor(i / 4) + (i % 4)],
      ),
    }));
    for await (const expected of imageTensors(faces.images, {normalize})) {
      for (const each of [images, canvas]) {
        const own = pixelTensor(each, {normalize});
        expect(own.shape).toEqual(shape);
        expect(own.dataSync()).toEqual(expected.dataSync());
      }
    }
    const gray = pixelTensor([{data: Uint8Array.of(0, 255), width: 2, height: 1}]);
    expect([gray.shape, [...gray.dataSync()]]).toEqual([
      [1, 1, 2, 1],
      [-1, 1],
    ]);
  });

  it('refuses none, and images of several sizes', () => {
    expect(() => pixelTensor([])).toThrow('pixelTensor: images must be one or more, but are none.');
    const [first, second] = [1, 2].map(width => ({data: new Uint8Array(3 * width), width, height: 1}));
    expect(() => pixelTensor([first, second])).toThrow(
      'pixelTensor: images must be of one size, 1 × 1 × 3, but image 1 is 2 × 1 × 3.',
    );
  });
});
