import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {beforeAll, describe, expect, it} from 'vitest';
import {useBackend} from '../../src/backend/useBackend';
import {exactIndex} from '../../src/search/exactIndex';
import {fileStore} from '../../src/search/fileStore';
import {usearchIndex} from '../../src/search/usearchIndex';
import {testRandom} from '../support/random';
import {temporaryFolder} from '../support/temporaryFolder';
import {generationFaces} from './programs/generationFaces';

const program = fileURLToPath(new URL('programs/saveForever.ts', import.meta.url));
const folder = temporaryFolder();

beforeAll(() => useBackend('wasm'));

describe('an index whose process is killed while it saves', () => {
  it('is the old one or the new one, twenty times', async () => {
    const random = testRandom(1);
    /** The people of each index when it was loaded last. */
    const saved = [0, 0];
    for (let time = 0; time < 20; time++) {
      const child = spawn(process.execPath, ['--import', 'tsx', program, folder.path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(child.stdout, 'data');
      await new Promise(resolve => setTimeout(resolve, random.uniform(0, 200)));
      child.kill('SIGKILL');
      await once(child, 'exit');
      const indexes = [
        exactIndex({dimension: 8, store: fileStore(join(folder.path, 'exact'))}),
        await usearchIndex({dimension: 8, folder: join(folder.path, 'graph')}),
      ];
      for (const [i, index] of indexes.entries()) {
        if (!(await index.load())) {
          expect(saved[i], 'an index that was saved must be there').toBe(0);
          continue;
        }
        const {people, templates} = await index.size();
        // Neither less than was saved before, nor a part of a person.
        expect(people).toBeGreaterThanOrEqual(saved[i]);
        expect(templates).toBe(200 * people);
        for (const person of [0, people - 1]) {
          const [[{id, cosine}]] = await index.search({...generationFaces(person)}, {threshold: 0.99});
          expect([id, cosine > 1 - 1e-6]).toEqual([`person ${person}`, true]);
        }
        saved[i] = people;
      }
    }
    expect(Math.min(...saved)).toBeGreaterThan(1);
  }, 900_000);
});
