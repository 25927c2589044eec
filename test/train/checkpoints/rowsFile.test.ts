import {existsSync, readFileSync, truncateSync, writeFileSync} from 'node:fs';
import {expect, it} from 'vitest';
import {parseSafetensors} from '../../../src/formats/safetensors';
import {RowsFile, writeRowsFile} from '../../../src/train/checkpoints/rowsFile';
import type {RowsToSave} from '../../../src/train/checkpoints/savedRows';
import {temporaryFolder} from '../../support/temporaryFolder';

const folder = temporaryFolder();
const file = () => `${folder.path}/rows.safetensors`;

/** Wide rows, three to a chunk, each filled with the number of its class. */
const width = 2 ** 20 + 1;
const rowOf = (id: number) => new Float32Array(width).fill(id);
const read = (ids: number[]) => (from: number, to: number) => {
  const values = new Float32Array((to - from) * width);
  ids.slice(from, to).forEach((id, i) => {
    values.set(rowOf(id), i * width);
  });
  return values;
};
const drawn = [11, 12, 14, 17, 18];
const tensors = (): RowsToSave[] => [
  {name: 'all', classes: 30, width, first: 10, count: 4, read: read([10, 11, 12, 13])},
  {name: 'drawn', classes: 30, width, first: 10, count: 10, ids: Int32Array.from(drawn), read: read(drawn)},
];

async function rowsOf(name: string, first: number, end: number): Promise<number[]> {
  const found: number[] = [];
  const rows = await RowsFile.open(file());
  try {
    await rows.read(name, first, end, (ids, values) => {
      expect(values.length).toBe(ids.length * width);
      ids.forEach((id, i) => {
        expect([values[i * width], values[(i + 1) * width - 1]]).toEqual([id, id]);
      });
      found.push(...ids);
    });
  } finally {
    await rows.close();
  }
  return found;
}

it('gives back the rows of any range of classes', async () => {
  await writeRowsFile(file(), {rank: 1, ranks: 3, tensors: tensors()});
  expect(await rowsOf('all', 0, 30)).toEqual([10, 11, 12, 13]);
  expect(await rowsOf('all', 11, 13)).toEqual([11, 12]);
  expect(await rowsOf('all', 13, 20)).toEqual([13]);
  expect(await rowsOf('all', 20, 30)).toEqual([]);
  expect(await rowsOf('drawn', 0, 30)).toEqual(drawn);
  expect(await rowsOf('drawn', 12, 18)).toEqual([12, 14, 17]);
  expect(await rowsOf('drawn', 15, 17)).toEqual([]);
  await expect(rowsOf('none', 0, 1)).rejects.toThrow('has no rows of none');
});

it('writes a safetensors file', async () => {
  await writeRowsFile(file(), {rank: 0, ranks: 1, tensors: tensors()});
  const all = parseSafetensors(readFileSync(file()), file());
  expect([...all.keys()]).toEqual([
    'all/rows/0',
    'all/rows/1',
    'drawn/ids',
    'drawn/rows/0',
    'drawn/rows/1',
    'sha256',
    'record',
  ]);
});

it('tells damage from what was written', async () => {
  await writeRowsFile(file(), {rank: 0, ranks: 1, tensors: tensors()});
  const bytes = readFileSync(file());
  bytes[bytes.length - width * 4] ^= 1;
  writeFileSync(file(), bytes);
  await expect(rowsOf('drawn', 0, 30)).rejects.toThrow('is damaged: drawn/rows/1 is not what was written');
  expect(await rowsOf('all', 0, 30)).toHaveLength(4);
  truncateSync(file(), bytes.length - 8);
  await expect(RowsFile.open(file())).rejects.toThrow(file());
});

it('refuses to write rows that are not finite', async () => {
  const [first] = tensors();
  const broken = {...first, read: () => new Float32Array(4 * width).fill(Number.NaN)};
  await expect(writeRowsFile(file(), {rank: 0, ranks: 1, tensors: [broken]})).rejects.toThrow(
    'fit: all must be finite to be saved',
  );
  expect(existsSync(file())).toBe(false);
});
