import {useBackend} from 'face-margins';
import type {EmbedOptions} from './embedOptions';
import {embedPaths} from './embedPaths';
import {needPackagesOfModel} from './missingPackages';
import {openModel} from './openModel';
import {writeEmbeddings} from './writeEmbeddings';

/** Embeds images, and prints or writes what comes of it. */
export async function embed(options: EmbedOptions): Promise<void> {
  const {unitLength, out} = options;
  await needPackagesOfModel('Embedding images', options.model);
  const backend = await useBackend(options.backend);
  const {names, values, dimension} = await embedPaths(await openModel(options), options);
  if (unitLength) scaleToLengthOne(values, dimension);
  await writeEmbeddings({names, values, dimension}, out);
  if (out !== undefined) {
    console.error(`${names.length} embeddings of ${dimension} numbers are in ${out} (${backend} backend).`);
  }
}

function scaleToLengthOne(values: Float32Array, dimension: number): void {
  for (let at = 0; at < values.length; at += dimension) {
    const row = values.subarray(at, at + dimension);
    const length = Math.hypot(...row) || 1;
    for (let i = 0; i < dimension; i++) row[i] /= length;
  }
}
