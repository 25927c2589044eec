import {createHash} from 'node:crypto';
import {mkdir, readFile, stat} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import {forInference, normalizationOf, type StoredEmbeddings} from 'face-margins';
import {type FaceImages, type ImageList, imageTensors, UnreadableImageError} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import type {FacesOptions} from './facesOptions';
import {openFaces} from './openFaces';
import {imageSizeOf, openModel} from './openModel';
import {writeWhole} from './runFolder';

/**
 * What the network of `--teacher` makes of the images of a training, each with its mirror image, as they are before `--degrade`, and at the size that
 * the teacher takes. They are kept beside `--out`, for the next run with this teacher on these images.
 *
 * @param onProgress Is told how many images are embedded.
 */
export async function teacherEmbeddings(
  teacher: string,
  train: FaceImages,
  options: FacesOptions,
  onProgress: (images: number) => void,
): Promise<StoredEmbeddings> {
  const {teacherBackbone: backbone, teacherEmbeddingSize: embeddingSize} = options;
  const opened = await openModel({model: teacher, backbone, embeddingSize});
  const network = forInference(opened);
  try {
    const [size, width] = imageSizeOf(network);
    if (size !== width) {
      throw new Error(`--teacher: the network must take square images, but takes ${size} × ${width}.`);
    }
    const same = {...options, size, degrade: 0, wrongLabels: 0};
    const {images} = (await openFaces(same, () => undefined)).train;
    const file = join(dirname(options.out), 'teacher-embeddings', `${await keyOf(teacher, images)}.f32`);
    const kept = await readFile(file).catch(() => undefined);
    if (kept !== undefined) {
      const values = new Float32Array(kept.buffer, kept.byteOffset, kept.length / 4);
      return {values, dimension: values.length / train.length};
    }
    const batches = imageTensors(blackWhereUnreadable(images), {normalize: normalizationOf(network)});
    const embedded = await embedImages(network, batches, {
      flip: true,
      onProgress,
    });
    await mkdir(dirname(file), {recursive: true});
    await writeWhole(file, new Uint8Array(embedded.values.buffer));
    return embedded;
  } finally {
    network.dispose();
    opened.dispose();
  }
}

/** A name for what a teacher makes of images: another where either is another. */
async function keyOf(teacher: string, {names, width}: ImageList): Promise<string> {
  const {mtimeMs, size} = await stat(teacher);
  return createHash('sha256')
    .update(JSON.stringify([teacher, mtimeMs, size, width, names]))
    .digest('hex')
    .slice(0, 16);
}

/** A training never shows an image that cannot be read, so that its embedding may be any. */
function blackWhereUnreadable(images: ImageList): ImageList {
  const {length, width, height, channels, names} = images;
  return {
    ...{length, width, height, channels, names},
    async pixels(index) {
      try {
        return await images.pixels(index);
      } catch (error) {
        if (!(error instanceof UnreadableImageError)) throw error;
        return new Uint8Array(height * width * channels);
      }
    },
  };
}
