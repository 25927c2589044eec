import {readdir, rm} from 'node:fs/promises';
import {join} from 'node:path';
import {RowsFile} from './rowsFile';
import type {RowsRecord, RowsSink, SavedRows} from './savedRows';

/** The file with the rows of one process: `checkpoint-000012-step-3400.rows-0-of-2.safetensors`. */
export const rowsFileName = (name: string, rank: number, ranks: number): string =>
  `${name}.rows-${rank}-of-${ranks}.safetensors`;

/** The name of the checkpoint whose rows a file has; nothing for any other file. */
const ownerOf = (file: string): string | undefined => file.match(/^(.+)\.rows-\d+-of-\d+\.safetensors$/)?.[1];

/**
 * Takes away the files of rows that belong to none of the checkpoints to keep.
 *
 * @param keepMore Adds to those to keep; asked only if there would be files to take away.
 */
export async function removeRows(
  folder: string,
  kept: ReadonlySet<string>,
  keepMore: () => Promise<void>,
): Promise<void> {
  const files = await readdir(folder);
  const surplus = () =>
    files.filter(file => {
      const owner = ownerOf(file);
      return owner !== undefined && !kept.has(owner);
    });
  if (surplus().length === 0) return;
  await keepMore();
  await Promise.all(surplus().map(file => rm(join(folder, file), {force: true})));
}

/** The rows of a checkpoint in the files of its processes. */
export class SavedRowsFolder implements SavedRows {
  private readonly files: string[];

  constructor(folder: string, {name, ranks}: RowsRecord) {
    this.files = Array.from({length: ranks}, (_, rank) => join(folder, rowsFileName(name, rank, ranks)));
  }

  /**
   * Makes sure that each file is there, and as long as its header says.
   *
   * @throws If one is missing, truncated or damaged.
   */
  async check(): Promise<void> {
    for (const file of this.files) await (await RowsFile.open(file)).close();
  }

  async read(name: string, first: number, end: number, take: RowsSink): Promise<void> {
    for (const file of this.files) {
      const rows = await RowsFile.open(file);
      try {
        await rows.read(name, first, end, take);
      } finally {
        await rows.close();
      }
    }
  }
}
