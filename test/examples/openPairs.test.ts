import {join} from 'node:path';
import {beforeEach, expect, it} from 'vitest';
import {openPairs} from '../../cli/openPairs';
import {plain, writeFiles} from '../support/pictures';
import {temporaryFolder} from '../support/temporaryFolder';

const folder = temporaryFolder();
const size: [number, number] = [8, 8];

beforeEach(async () => {
  const picture = await plain('red', 'png', 8);
  for (const [group, people] of Object.entries({day: ['ann', 'bo'], dusk: ['cy', 'dee']})) {
    for (const person of people) {
      const at = join(folder.path, 'people', group, person);
      await writeFiles(at, {'1.png': picture, '2.png': picture});
      await writeFiles(join(folder.path, 'single', person), {'1.png': picture});
    }
  }
});

it('draws as many pairs of one person as of two among the people of a folder of groups', async () => {
  const images = join(folder.path, 'people');
  const {pairs, images: list} = await openPairs({images, groups: 'folders'}, size);
  expect(pairs).toHaveLength(8);
  const personOf = (i: number) => list.names[i].split('/').slice(0, 2).join('/');
  for (const {a, b, same} of pairs) expect(personOf(a) === personOf(b)).toBe(same);
  expect(pairs.filter(({same}) => same)).toHaveLength(4);
  expect(new Set(list.names.map(name => name.split('/')[0]))).toEqual(new Set(['day', 'dusk']));
});

it('asks for a folder, and for two images of somebody', async () => {
  await expect(openPairs({}, size)).rejects.toThrow(
    '--pairs names a list of pairs, and --images alone a folder of people to draw pairs of; give one of the two.',
  );
  const images = join(folder.path, 'single');
  await expect(openPairs({images}, size)).rejects.toThrow(
    `--images: the people of ${images} have one image each, of which no pair of one person can be made.`,
  );
});
