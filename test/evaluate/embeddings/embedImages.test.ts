import * as tf from '@tensorflow/tfjs-core';
import {afterEach, beforeEach, expect, it} from 'vitest';
import {compact} from '../../../src/backbones/compact';
import {type EmbeddingModel, embedImages} from '../../../src/evaluate/embeddings/embedImages';
import {describeOnBackends} from '../../support/backends';
import {inRanks} from '../../support/inRanks';
import {apart} from '../fixtures';

/** The left, the right and the mean brightness of an image, times powers of ten: tells images and their mirror images apart. */
const model: EmbeddingModel = {
  predict: images =>
    tf.tidy(() => {
      const columns = tf.mean<tf.Tensor2D>(images, [1, 3]);
      return tf.concat([tf.slice(columns, [0, 0], [-1, 1]), tf.slice(columns, [0, 2], [-1, 1])], 1);
    }),
};

/** Images 2 × 3 × 1 whose columns are i, 10 i, 100 i. */
const image = (i: number) => [
  [[i], [10 * i], [100 * i]],
  [[i], [10 * i], [100 * i]],
];
const images = (from: number, count: number) =>
  tf.tensor4d(Array.from({length: count}, (_, i) => image(from + i)));

describeOnBackends('embedImages', () => {
  let before = 0;
  beforeEach(() => {
    before = tf.memory().numTensors;
  });
  afterEach(() => {
    expect(tf.memory().numTensors).toBe(before);
  });

  it('embeds a tensor of images in their order, cut into batches, and leaves it alone', async () => {
    const all = images(1, 5);
    const seen: number[] = [];
    const found = await embedImages(model, all, {batchSize: 2, onProgress: count => seen.push(count)});
    expect(found).toMatchObject({count: 5, dimension: 2});
    expect(apart(found.values, [1, 100, 2, 200, 3, 300, 4, 400, 5, 500])).toBeLessThan(1e-4);
    expect(seen).toEqual([2, 4, 5]);
    expect(all.isDisposed).toBe(false);
    all.dispose();
  });

  it('adds the embedding of the mirrored image', async () => {
    const all = images(1, 2);
    const {values} = await embedImages(model, all, {flip: true});
    expect(apart(values, [101, 101, 202, 202])).toBeLessThan(1e-4);
    all.dispose();
  });

  it('takes batches, with labels or without, and disposes of them', async () => {
    async function* batches() {
      yield {images: images(1, 2), labels: tf.tensor1d([0, 1], 'int32')};
      yield images(3, 3);
    }
    const {values, count} = await embedImages(model, batches(), {batchSize: 2});
    expect(count).toBe(5);
    expect(apart(values, [1, 100, 2, 200, 3, 300, 4, 400, 5, 500])).toBeLessThan(1e-4);
  });

  it('gives every rank of a collective all embeddings, and disposes of the batches of others', async () => {
    for (const each of await inRanks(2, collective =>
      embedImages(model, [images(1, 2), images(3, 2), images(5, 2), images(7, 2)], {
        collective,
        batchSize: 1,
      }),
    )) {
      expect(each.count).toBe(8);
      expect(
        apart(
          [...each.values].filter((_, i) => i % 2 === 0),
          [1, 2, 3, 4, 5, 6, 7, 8],
        ),
      ).toBeLessThan(1e-4);
    }
  });

  it('lets go of everything where the model fails', async () => {
    const failing = {
      predict: () => {
        throw new Error('of no use');
      },
    };
    function* batches() {
      yield images(1, 2);
    }
    await expect(embedImages(failing, batches())).rejects.toThrow('of no use');
  });

  it('names what is wrong', async () => {
    const one = images(1, 1);
    await expect(embedImages(model, [])).rejects.toThrow(
      'images must hold at least one image, but hold none',
    );
    await expect(embedImages(model, one, {batchSize: 0})).rejects.toThrow('batchSize must be a whole number');
    await expect(embedImages({predict: input => tf.clone(input)}, one)).rejects.toThrow(
      'the model must give embeddings [1, D] for images [1,2,3,1], but gives shape [1,2,3,1]',
    );
    const small = compact({embeddingSize: 2, inputShape: [28, 28, 1]});
    const sizes = 'images must be tensors of shape [B, 28, 28, 1], or batches with such images, but';
    await expect(embedImages(small, one)).rejects.toThrow(`${sizes} have [1, 2, 3, 1]`);
    const color = tf.zeros([2, 28, 28, 3]);
    await expect(embedImages(small, [{images: color}])).rejects.toThrow(`${sizes} have [2, 28, 28, 3]`);
    expect(color.isDisposed).toBe(true);
    small.dispose();
    const single = tf.zeros([2, 3, 1]);
    await expect(embedImages(model, single)).rejects.toThrow(
      'images must be tensors of shape [B, height, width, channels], or batches with such images, but have [2, 3, 1]',
    );
    const labeled = {xs: tf.zeros([1, 2, 3, 1]), ys: tf.zeros([1])};
    await expect(embedImages(model, [labeled as never])).rejects.toThrow(
      'or batches with such images, but are undefined',
    );
    const none = tf.zeros([0, 2, 3, 1]);
    await expect(embedImages(model, none)).rejects.toThrow('must hold at least one image, but hold none');
    tf.dispose([single, none]);
    const spoilt = tf.tensor4d([image(1), image(Number.NaN)]);
    await expect(embedImages(model, spoilt)).rejects.toThrow(
      'the embedding of image 1 must be finite, but holds NaN',
    );
    tf.dispose([one, spoilt]);
  });
});
