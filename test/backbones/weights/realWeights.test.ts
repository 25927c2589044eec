import {createReadStream, readFileSync} from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import sharp from 'sharp';
import {extract} from 'tar-stream';
import {beforeAll, describe, expect, it} from 'vitest';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {importWeights} from '../../../src/backbones/weights/importWeights';
import {useBackend} from '../../../src/backend/useBackend';
import {backends} from '../../support/backends';
import {withoutInitialValues} from '../../support/withoutInitialValues';

const data = process.env.FACE_MARGINS_DATA;

/** The images of those names in the archive, as RGB bytes. */
async function readImages(names: Set<string>): Promise<Map<string, Buffer>> {
  const images = new Map<string, Buffer>();
  for await (const entry of createReadStream(`${data}/lfw/lfw-112x112.tar`).pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const name = entry.header.name.split('/').slice(-2).join('/');
    if (names.has(name)) images.set(name, await sharp(Buffer.concat(chunks)).removeAlpha().raw().toBuffer());
  }
  return images;
}

function cosine(a: ArrayLike<number>, b: number[]): number {
  let [product, lengthA, lengthB] = [0, 0, 0];
  for (const [i, value] of b.entries()) {
    product += a[i] * value;
    lengthA += a[i] ** 2;
    lengthB += value ** 2;
  }
  return product / Math.sqrt(lengthA * lengthB);
}

// Needs the test data, which is not in the repository: set FACE_MARGINS_DATA to its folder.
describe.skipIf(data === undefined).each(backends.filter(backend => backend !== 'cpu'))(
  'a published MobileFaceNet in ONNX, on %s (with FACE_MARGINS_DATA)',
  backend => {
    beforeAll(async () => {
      await useBackend(backend);
    });

    it('gives the embeddings that onnxruntime gives', async () => {
      const weights = `${data}/weights/mobilefacenet-512`;
      const expected = JSON.parse(readFileSync(`${weights}.expected.json`, 'utf8')).images as {
        image: string;
        embedding: number[];
      }[];
      const network = withoutInitialValues(() => mobileFaceNet({embeddingSize: 512}));
      await importWeights(network, readFileSync(`${weights}.onnx`));
      const images = await readImages(new Set(expected.map(({image}) => image)));
      for (const {image, embedding} of expected) {
        const pixels = Float32Array.from(images.get(image) as Buffer, byte => (byte - 127.5) / 128);
        const actual = tf.tidy(() =>
          (network.predict(tf.tensor4d(pixels, [1, 112, 112, 3])) as tf.Tensor).dataSync(),
        );
        expect(cosine(actual, embedding), image).toBeGreaterThanOrEqual(0.9999);
      }
      network.dispose();
    });
  },
);
