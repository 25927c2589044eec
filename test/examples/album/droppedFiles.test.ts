import {expect, it} from 'vitest';
import {droppedFiles} from '../../../examples/album/page/droppedFiles';

type Tree = {[name: string]: Tree | null};

/** An entry as a browser gives it: a reader of a folder gives a hundred at a time, in no order. */
function entryOf(fullPath: string, tree: Tree | null): FileSystemEntry {
  const name = fullPath.slice(fullPath.lastIndexOf('/') + 1);
  const entry = {name, fullPath, isFile: tree === null, isDirectory: tree !== null};
  const file = (taken: (file: File) => void) => setTimeout(() => taken(new File([], name)), 0);
  const createReader = () => {
    const left = Object.entries(tree ?? {}).reverse();
    return {
      readEntries: (taken: (entries: FileSystemEntry[]) => void) =>
        taken(left.splice(0, 100).map(([each, of]) => entryOf(`${fullPath}/${each}`, of))),
    };
  };
  return Object.assign(entry, {file, createReader}) as unknown as FileSystemEntry;
}

const dropOf = (entries: (FileSystemEntry | null)[], files: File[] = []) =>
  ({items: entries.map(entry => ({webkitGetAsEntry: () => entry})), files}) as unknown as DataTransfer;

it('gives every file of a folder and those in it, in the order of their names', async () => {
  const names = Array.from({length: 230}, (_, i) => `${String(i).padStart(3, '0')}.jpg`);
  const tree: Tree = Object.fromEntries(names.map(name => [name, null]));
  const drop = dropOf([entryOf('/album', {...tree, '100-party': {'b.jpg': null, 'a.jpg': null}})]);
  const found = await droppedFiles(drop);
  const expected = [...names.slice(0, 100), '100-party/a.jpg', '100-party/b.jpg', ...names.slice(100)];
  expect(found.map(({name}) => name)).toEqual(expected.map(name => `album/${name}`));
  expect(found.every(({name, file}) => name.endsWith(`/${file.name}`))).toBe(true);
});

it('takes files where a browser tells no entries', async () => {
  const file = new File([], 'one.jpg');
  expect(await droppedFiles(dropOf([null], [file]))).toEqual([{name: 'one.jpg', file}]);
});
