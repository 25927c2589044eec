import {useBackend} from 'face-margins';
import {pixelTensor} from 'face-margins/data';
import {embedImages, pairScores} from 'face-margins/evaluate';
import {decodeImage} from 'face-margins/node';
import type {CompareOptions} from './compareOptions';
import {hintToAlign} from './hintToAlign';
import {measuredResults} from './measuredResults';
import {needPackagesOfModel} from './missingPackages';
import {imageSizeOf, openModel} from './openModel';
import {pixelsOf} from './pixelsOf';
import {judged, verdict} from './verdict';

/** Compares two aligned faces, and prints the verdict. */
export async function compare(options: CompareOptions): Promise<void> {
  const {images, flip, threshold, json} = options;
  const results = options.results === undefined ? undefined : await measuredResults(options.results);
  await needPackagesOfModel('Comparing images', options.model);
  await useBackend(options.backend);
  const model = await openModel(options);
  const [height, width] = imageSizeOf(model);
  await hintToAlign({names: images, height, width});
  const normalize = pixelsOf(model, options);
  const faces = await Promise.all(
    images.map(async image => ({data: await decodeImage(image, [height, width]), width, height})),
  );
  const [cosine] = pairScores(await embedImages(model, [pixelTensor(faces, {normalize})], {flip}));
  const settings = {threshold, results};
  console.log(json ? JSON.stringify(judged(cosine, settings)) : verdict(cosine, settings));
}
