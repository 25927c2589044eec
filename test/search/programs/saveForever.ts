/** Saves two indexes in turn, again and again, in the folder of its argument, until it is killed. */
import {join} from 'node:path';
import {exactIndex} from '../../../src/search/exactIndex';
import {fileStore} from '../../../src/search/fileStore';
import {usearchIndex} from '../../../src/search/usearchIndex';
import {generationFaces} from './generationFaces';

const folder = process.argv[2];
const exact = exactIndex({dimension: 8, store: fileStore(join(folder, 'exact'))});
const graph = await usearchIndex({dimension: 8, folder: join(folder, 'graph')});
const indexes = [exact, graph];
const loaded = await Promise.all(indexes.map(index => index.load()));
// Who was saved last is the generation that the index is of.
let generation = 0;
for (const [i, index] of indexes.entries()) {
  if (loaded[i]) generation = Math.max(generation, (await index.size()).people);
}
for (let round = 0; ; round++) {
  generation++;
  for (const index of indexes) {
    while ((await index.size()).people < generation) {
      const next = (await index.size()).people;
      await index.enroll(`person ${next}`, generationFaces(next));
    }
    await index.save();
  }
  if (round === 0) console.log('ready');
}
