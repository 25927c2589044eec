import {readWholeFile} from '../base/readWholeFile';
import {writeAtomically} from '../base/writeAtomically';
import type {IndexStore} from './indexStore';

/**
 * Keeps an index in a file. It is written beside, brought to the disk and renamed: a process that is killed at any moment leaves the old index
 * or the new one. It is a safetensors file, which other programs read.
 *
 * @param path The file.
 *
 * @example
 * ```ts
 * import {fileStore} from 'face-margins/node';
 * import {exactIndex} from 'face-margins/search';
 *
 * const index = exactIndex({dimension: 512, store: fileStore('visitors.safetensors')});
 * await index.load();
 * ```
 */
export function fileStore(path: string): IndexStore {
  return {
    name: path,
    async read() {
      try {
        return await readWholeFile(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write: bytes => writeAtomically(path, bytes),
  };
}
