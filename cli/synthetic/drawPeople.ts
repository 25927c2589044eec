import {mkdir, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import sharp from 'sharp';
import {identity} from './identity';
import {photograph} from './photograph';
import {groupOf, imageName, personFolder, personName, type SyntheticOptions} from './syntheticOptions';

/**
 * Draws some of the persons of a synthetic data set, each into a folder of their own.
 *
 * @param people Their numbers, from 0.
 * @param onImage Is called after each image.
 */
export async function drawPeople(
  folder: string,
  options: SyntheticOptions,
  people: readonly number[],
  onImage: () => void,
): Promise<void> {
  const {images, size, seed} = options;
  for (const index of people) {
    const person = identity(seed, index);
    const name = personName(index);
    const own = join(folder, personFolder(index, options));
    const poorness = groupOf(index, options)?.place ?? 0;
    await mkdir(own, {recursive: true});
    for (let i = 0; i < images; i++) {
      const {data} = photograph(person, [seed, index, i], size, poorness);
      const raw = {width: size, height: size, channels: 3 as const};
      const jpeg = await sharp(Uint8Array.from(data), {raw}).jpeg({quality: 92}).toBuffer();
      await writeFile(join(own, imageName(name, i)), jpeg);
      onImage();
    }
  }
}
