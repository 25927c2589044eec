import * as tf from '@tensorflow/tfjs-core';
import {useBackend} from 'face-margins';
import {embedImages, pairScores} from 'face-margins/evaluate';
import {decodeImage} from 'face-margins/node';
import {type CompareOptions, parseCompareOptions} from './compareOptions';
import {measuredResults} from './measuredResults';
import {imageSizeOf, openModel} from './openModel';
import {verdict} from './verdict';

async function main(options: CompareOptions): Promise<void> {
  const {images, mean, deviation, flip, threshold} = options;
  const results = options.results === undefined ? undefined : await measuredResults(options.results);
  await useBackend(options.backend);
  const model = await openModel(options);
  const [height, width] = imageSizeOf(model);
  const pixels = await Promise.all(images.map(image => decodeImage(image, [height, width])));
  const tensors = pixels.map(values =>
    tf.tensor4d(
      Float32Array.from(values, value => (value - mean) / deviation),
      [1, height, width, 3],
    ),
  );
  const [cosine] = pairScores(await embedImages(model, tensors, {flip}));
  console.log(verdict(cosine, {threshold, results}));
}

try {
  await main(parseCompareOptions(process.argv));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
