import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {irResNet} from '../../../src/backbones/irResNet';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {importWeightsFile} from '../../../src/backbones/weights/weightsFile';
import {useBackend} from '../../../src/backend/useBackend';
import type {Normalization} from '../../../src/base/normalization';
import {imageTensors} from '../../../src/data/images/imageTensors';
import {expectClose} from '../../support/kernelCheck';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {parity, uniforms} from './parityFixture';
import {tinyNetwork} from './tinyNetwork';

/** A file that `test/fixtures/backbones/export_onnx.py` wrote, or could not write. */
interface ExportedFile {
  network: 'iresnet18' | 'mbf' | 'MobileFaceNet' | 'tiny';
  file: string;
  /** Of the images, `[N, 3, height, width]`. */
  shape: [number, number, number, number];
  /** Whether the graph takes pixels from 0 to 255. */
  pixels: boolean;
  /** Whether it scales embeddings to length 1. */
  unit: boolean;
  normalize: Normalization | null;
  embeddings?: number[];
}

const folder = process.env.FACE_MARGINS_EXPORTS;

const files = (
  folder === undefined ? [] : JSON.parse(readFileSync(join(folder, 'exports.json'), 'utf8'))
) as ExportedFile[];

const [, channels, height, width] = parity.shape;
const size = {
  embeddingSize: parity.embeddingSize,
  inputShape: [height, width, channels] as [number, number, number],
};
const networks: Record<ExportedFile['network'], () => LayersModel> = {
  iresnet18: () => irResNet({depth: 18, ...size}),
  mbf: () => mobileFaceNet({variant: 'insightface', ...size}),
  MobileFaceNet: () => mobileFaceNet(size),
  tiny: tinyNetwork,
};

/** The images, channels last, as numbers that the network takes. */
async function imagesOf({shape, pixels}: ExportedFile, normalize?: Normalization): Promise<tf.Tensor4D> {
  const [count, channels, height, width] = shape;
  const values = uniforms('images', count * channels * height * width);
  const given = pixels ? values.map(value => Math.round(127.5 + 127.5 * value)) : values;
  const last = tf.tidy(() => tf.transpose(tf.tensor4d(given, shape), [0, 2, 3, 1]));
  if (!pixels) return last;
  const all = await last.data<'float32'>();
  last.dispose();
  const perImage = height * width * channels;
  const list = {
    length: count,
    names: Array<string>(count).fill(''),
    height,
    width,
    channels,
    pixels: async (i: number) => all.slice(i * perImage, (i + 1) * perImage),
  };
  for await (const tensor of imageTensors(list, {normalize, size: count})) return tensor;
  throw new Error('There are no images.');
}

// Needs files that PyTorch wrote, which take 2 GB: set FACE_MARGINS_EXPORTS to their folder.
describe.skipIf(folder === undefined)('a network as PyTorch exports it (with FACE_MARGINS_EXPORTS)', () => {
  beforeAll(async () => {
    await useBackend('wasm');
  });

  it.each(files.filter(({embeddings}) => embeddings !== undefined))(
    '$file gives the embeddings of onnxruntime',
    async file => {
      const network = withoutInitialValues(networks[file.network]);
      const {normalize} = await importWeightsFile(network, join(folder as string, file.file));
      expect(normalize ?? null).toEqual(file.normalize);
      const images = await imagesOf(file, normalize);
      const embeddings = tf.tidy(() => {
        const plain = network.predict(images) as tf.Tensor;
        return (file.unit ? tf.div(plain, tf.norm(plain, 'euclidean', 1, true)) : plain).dataSync();
      });
      images.dispose();
      network.dispose();
      expectClose(embeddings, file.embeddings as number[], 'embeddings', 1e-4);
    },
    60_000,
  );
});
