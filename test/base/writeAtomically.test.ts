import {mkdir, readdir, readFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {writeAtomically} from '../../src/base/writeAtomically';
import {temporaryFolder} from '../support/temporaryFolder';

const folder = temporaryFolder();

describe('writeAtomically', () => {
  it('writes text and bytes, in place of what was there', async () => {
    const file = join(folder.path, 'a');
    await writeAtomically(file, 'a longer text');
    expect(await readFile(file, 'utf8')).toBe('a longer text');
    await writeAtomically(file, Uint8Array.of(1, 2));
    expect([...(await readFile(file))]).toEqual([1, 2]);
    expect(await readdir(folder.path)).toEqual(['a']);
  });

  it('leaves what was there, and nothing beside it, where it cannot', async () => {
    await mkdir(join(folder.path, 'a'));
    await expect(writeAtomically(join(folder.path, 'a'), 'text')).rejects.toThrow();
    expect(await readdir(folder.path)).toEqual(['a']);
    await expect(writeAtomically(join(folder.path, 'nowhere', 'b'), 'text')).rejects.toThrow('ENOENT');
  });
});
