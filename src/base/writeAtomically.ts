import {type FileHandle, open, rename, rm} from 'node:fs/promises';
import {dirname} from 'node:path';

/** What names of files end with that were not written to their end. */
export const unfinished = '.tmp';

/** Whether a file of this name was not written to its end. */
export const isUnfinished = (name: string): boolean => /\.\d+\.tmp$/.test(name);

/**
 * Writes a file so that at any moment, whatever happens to process or machine, there is the old file whole or the new one.
 *
 * @param file Its path; it may exist.
 * @param content The new content, or what writes it.
 */
export async function writeAtomically(
  file: string,
  content: Uint8Array | string | ((handle: FileHandle) => Promise<void>),
): Promise<void> {
  const temporary = `${file}.${process.pid}${unfinished}`;
  try {
    const handle = await open(temporary, 'w');
    try {
      await (typeof content === 'function' ? content(handle) : handle.writeFile(content));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, {force: true});
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Makes a new name in a folder last through a power failure. Windows cannot, and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
