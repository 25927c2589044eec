import {once} from 'node:events';
import {createWriteStream} from 'node:fs';
import {writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {finished} from 'node:stream/promises';
import {seededRandom} from '../../src/base/random';

/** How many of each the published IJB-C has. */
const [images, templates, people, pairs] = [469_375, 23_124, 3531, 15_658_489];
const genuine = 19_557;
const dimension = 128;

/** The sizes of the files. */
export const templateSizes = {images, templates, people, pairs, dimension};

/**
 * Writes files of the form and the size of IJB-C's, with synthetic embeddings of images: `tid_mid.txt`, `5pts_score.txt`, `pair_label.txt`, and
 * `embeddings.f32`.
 *
 * @returns The person of each template; template ids count from 1.
 */
export async function writeTemplateFiles(folder: string): Promise<Int32Array> {
  const random = seededRandom(8);
  const personOf = Int32Array.from({length: templates + 1}, (_, t) => t % people);
  const near = () => random() + random() + random() - 1.5;
  const centers = Float32Array.from({length: people * dimension}, near);
  const [listed, points] = [[] as string[], [] as string[]];
  const values = new Float32Array(images * dimension);
  for (let image = 0; image < images; image++) {
    const template = image < templates ? image + 1 : 1 + Math.floor(random() * templates);
    // About three images a medium.
    listed.push(`${image + 1}.jpg ${template} ${10 * template + Math.floor(7 * random())}\n`);
    const five = Array.from({length: 10}, () => (112 * random()).toFixed(3)).join(' ');
    points.push(`${image + 1}.jpg ${five} ${(0.5 + random() / 2).toFixed(6)}\n`);
    const center = personOf[template] * dimension;
    for (let d = 0; d < dimension; d++) values[image * dimension + d] = centers[center + d] + 6 * near();
  }
  await writeFile(join(folder, 'tid_mid.txt'), listed);
  await writeFile(join(folder, '5pts_score.txt'), points);
  await writeFile(join(folder, 'embeddings.f32'), values);
  const file = createWriteStream(join(folder, 'pair_label.txt'));
  const drawn = () => 1 + Math.floor(random() * templates);
  for (let first = 0; first < pairs; first += 100_000) {
    const lines = Array.from({length: Math.min(100_000, pairs - first)}, (_, i) => {
      const a = drawn();
      // One in eight hundred pairs shows one person.
      const turns = Math.floor((templates - 1) / people);
      const b =
        first + i < genuine
          ? 1 + ((a - 1 + people * (1 + Math.floor(random() * turns))) % templates)
          : drawn();
      return `${a} ${b} ${personOf[a] === personOf[b] ? 1 : 0}\n`;
    });
    if (!file.write(lines.join(''))) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return personOf;
}
