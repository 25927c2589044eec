import * as tf from '@tensorflow/tfjs-core';
import {arrayImages, clusteredFaces} from 'face-margins/data';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';

beforeAll(() => useBackend('cpu'));

/** Images each of which has its number in all pixels. */
const facesOf = (labels: number[], first = 0) =>
  arrayImages({
    images: Uint8Array.from({length: labels.length * 12}, (_, at) => first + Math.floor(at / 12)),
    shape: [labels.length, 2, 2, 3],
    labels,
  });

describe('clusteredFaces', () => {
  const {images} = facesOf([0, 0, 0, 1, 1, 1, 1, 1]);
  const clusters = [9, -1, 3, 9, 3, 9, 5, -1];

  it('makes identities of clusters that have enough images, and leaves the rest out', async () => {
    const faces = clusteredFaces({images, clusters});
    expect(faces.classes).toEqual(['cluster 3', 'cluster 9']);
    expect([...faces.labels]).toEqual([1, 0, 1, 0, 1]);
    expect(
      await Promise.all([...faces.labels.keys()].map(async i => (await faces.images.pixels(i))[0])),
    ).toEqual([0, 2, 3, 4, 5]);
    expect(clusteredFaces({images, clusters, minimum: 1}).classes).toEqual([
      'cluster 3',
      'cluster 5',
      'cluster 9',
    ]);
  });

  it('puts them behind people who are known, in batches too', async () => {
    const labeled = facesOf([0, 1, 2, 2], 100);
    const faces = clusteredFaces({images, clusters, labeled});
    expect(faces.classes).toEqual(['0', '1', '2', 'cluster 3', 'cluster 9']);
    expect([...faces.labels]).toEqual([0, 1, 2, 2, 4, 3, 4, 3, 4]);
    expect(faces.images.names[4]).toBe('image 0');
    const batches = faces.batches({size: 9, shuffle: false, normalize: {mean: 0, deviation: 1}});
    for await (const batch of batches.epoch(0)) {
      expect([...batch.labels.dataSync()]).toEqual([...faces.labels]);
      expect([...tf.slice(batch.images, [0, 0, 0, 0], [-1, 1, 1, 1]).dataSync()]).toEqual([
        100, 101, 102, 103, 0, 2, 3, 4, 5,
      ]);
      tf.dispose([batch.images, batch.labels]);
    }
  });

  it('refuses clusters that do not match, are too few, or have another size', () => {
    expect(() => clusteredFaces({images, clusters: [1, 2]})).toThrow(
      'clusteredFaces: clusters must be one number for each of 8 images, but are 2.',
    );
    expect(() => clusteredFaces({images, clusters: clusters.map(() => 0.5)})).toThrow(
      'clusters[0] must be a whole number',
    );
    expect(() => clusteredFaces({images, clusters, minimum: 3})).toThrow(
      'at least two identities must be left, but there are 1 clusters of 3 images or more.',
    );
    const large = arrayImages({images: new Uint8Array(2 * 27), shape: [2, 3, 3, 3], labels: [0, 1]});
    expect(() => clusteredFaces({images, clusters, labeled: large})).toThrow(
      'images must have the size of the labeled ones, 3×3×3, but have 2×2×3.',
    );
  });
});
