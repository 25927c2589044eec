import type {Dirent} from 'node:fs';
import {expect, it, vi} from 'vitest';
import {imageFolder} from '../../../src/data/sources/imageFolder';

const COUNT = vi.hoisted(() => 150_000);

/** A folder of two people, the first with 150,000 images, half of them in a subfolder. */
vi.mock('node:fs/promises', async original => {
  const entry = (name: string, isFolder: boolean) =>
    ({name, isDirectory: () => isFolder, isSymbolicLink: () => false}) as unknown as Dirent;
  const images = (from: number, to: number) =>
    Array.from({length: to - from}, (_, i) => entry(`${from + i}.png`, false));
  const folders: Record<string, Dirent[]> = {
    faces: [entry('Ann', true), entry('Bob', true)],
    'faces/Ann': [entry('more', true), ...images(0, 10)],
    'faces/Ann/more': images(10, COUNT),
    'faces/Bob': images(0, 1),
  };
  const at = (path: string) => folders[path.replaceAll('\\', '/')];
  return {
    ...(await original<typeof import('node:fs/promises')>()),
    stat: async () => ({isFile: () => false, isDirectory: () => true}),
    realpath: async (path: string) => path,
    readdir: async (path: string) => at(path),
  };
});

it('opens 150,000 images of one person', async () => {
  const faces = await imageFolder('faces');
  expect(faces.summary()).toBe('150001 images of 2 identities.');
  expect(faces.labels.filter(label => label === 0)).toHaveLength(COUNT);
  expect(faces.batches({size: 4}).batchesPerEpoch).toBe(37_500);
  expect(faces.pairs({count: 10}).pairs).toHaveLength(10);
});
