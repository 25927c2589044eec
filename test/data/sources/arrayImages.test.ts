import * as tf from '@tensorflow/tfjs-core';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {arrayImages} from '../../../src/data/sources/arrayImages';
import {allocatedBy} from '../../support/allocatedBy';

beforeAll(async () => {
  await useBackend('cpu');
});

describe('arrayImages', () => {
  const values = Uint8Array.from({length: 3 * 2 * 4 * 1}, (_, i) => i);
  const labels = [1, 0, 1];

  it('gives the images of an array, or of a tensor, which stays', async () => {
    const tensor = tf.tensor4d(Float32Array.from(values), [3, 2, 4, 1]);
    const before = tf.memory().numTensors;
    for (const faces of [
      arrayImages({images: values, shape: [3, 2, 4, 1], labels}),
      arrayImages({images: tensor, labels}),
    ]) {
      expect(faces.summary()).toBe('3 images of 2 identities.');
      expect(faces.classes).toEqual(['0', '1']);
      expect([...(await faces.images.pixels(2))]).toEqual([16, 17, 18, 19, 20, 21, 22, 23]);
      const source = faces.batches({size: 3, shuffle: false, normalize: {mean: 0, deviation: 1}});
      for await (const batch of source.epoch(0)) {
        expect(batch.images.shape).toEqual([3, 2, 4, 1]);
        expect([...batch.images.dataSync()]).toEqual([...values]);
        expect([...batch.labels.dataSync()]).toEqual(labels);
        tf.dispose([batch.images, batch.labels]);
      }
    }
    expect(tf.memory().numTensors).toBe(before);
    tensor.dispose();
  });

  it('says how shape, values and labels do not fit', () => {
    const of =
      (shape: [number, number, number, number] | undefined, given = labels) =>
      () =>
        arrayImages({images: values, shape, labels: given});
    expect(of(undefined)).toThrow('shape must be [N, height, width, channels] of 24 values, but is left out');
    expect(of([3, 3, 4, 1])).toThrow('of 24 values, but is [3, 3, 4, 1]');
    expect(of([3, 2, 4, 1], [0, 1])).toThrow('there are 2 for 3');
    expect(of([3, 2, 4, 1], [0, 0, 0])).toThrow('at least two identities are needed');
    expect(of([3, 2, 4, 1], [0, 2, 0])).toThrow('there is no image of 1');
    expect(of([3, 2, 4, 1], [0, 1, 0.5])).toThrow(
      'arrayImages: labels[2] must be a whole number, but is 0.5',
    );
    expect(of([3, 2, 4, 1], [0, Number.NaN, 1])).toThrow('labels[1] must be a whole number, but is NaN');
    const named = {images: values, shape: [3, 2, 4, 1], labels: [0, 0.5, 1], classes: ['a', 'b']} as const;
    expect(() => arrayImages(named)).toThrow('must be whole numbers from 0 to 1, but label 1 is 0.5');
  });

  it('takes no memory of the size of a label', async () => {
    const shape = [3, 2, 4, 1] as const;
    for (const largest of [2 ** 31 - 1, 2 ** 53]) {
      const asked = await allocatedBy(() => {
        expect(() => arrayImages({images: values, shape, labels: [0, 1, largest]})).toThrow(
          `arrayImages: there is no image of 2, though labels reach ${largest}: number the classes from 0 without gaps`,
        );
      });
      expect(asked).toBeLessThan(1000);
    }
  });
});
