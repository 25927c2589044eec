import {createWriteStream} from 'node:fs';
import {join} from 'node:path';
import {pipeline} from 'node:stream/promises';
import {pack} from 'tar-stream';
import {describe, expect, it} from 'vitest';
import {openImageTar} from '../../../src/data/sources/openImageTar';
import {plain} from '../../support/pictures';
import {temporaryFolder} from '../../support/temporaryFolder';

const folder = temporaryFolder();

/** The names of the images of an archive that has these files, in this order. */
async function namesIn(files: string[]): Promise<readonly string[]> {
  const [archive, path] = [pack(), join(folder.path, 'faces.tar')];
  const picture = await plain('red');
  for (const name of files) archive.entry({name}, picture);
  archive.finalize();
  await pipeline(archive, createWriteStream(path));
  return (await openImageTar(path, {size: 8})).images.names;
}

describe('openImageTar', () => {
  it('orders images folder by folder and name by name, by code unit, in whatever order they lie', async () => {
    const ordered = [
      'Ann/1.png',
      // As text, this name and that of its folder would come the other way around: `-` is before `/`.
      'Ann/sub/1.png',
      'Ann/sub/2.png/1.png',
      'Ann/sub-1/1.png',
      'Ann/z.png',
      'Ann/Ä.png',
      'Ann-2/1.png',
      'ann/10.png',
      'ann/9.png',
    ];
    expect(await namesIn(ordered)).toEqual(ordered);
    expect(await namesIn([...ordered].reverse())).toEqual(ordered);
    const shuffled = [...ordered.keys()].map(i => ordered[(4 * i) % 9]);
    expect(await namesIn(shuffled)).toEqual(ordered);
  });

  it('has a name that is also a folder before what lies in the folder', async () => {
    const ordered = ['Ann/1.png', 'Ann/1.png/1.png', 'Bob/1.png'];
    expect(await namesIn(ordered)).toEqual(ordered);
    expect(await namesIn([...ordered].reverse())).toEqual(ordered);
  });
});
