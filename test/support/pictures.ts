import {mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';
import sharp from 'sharp';
import {type ImageList, UnreadableImageError} from '../../src/data/sources/imageList';

/** A picture of one color, as the bytes of a file. */
export function plain(color: string, format: 'png' | 'jpeg' | 'webp' = 'png', size = 8): Promise<Buffer> {
  return sharp({create: {width: size, height: size, channels: 3, background: color}})
    .toFormat(format)
    .toBuffer();
}

/** Writes files, with the folders they lie in. */
export async function writeFiles(folder: string, files: Record<string, Uint8Array | string>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), {recursive: true});
    await writeFile(join(folder, name), content);
  }
}

/** Images of two by two pixels, each filled with its own number; those listed cannot be read. */
export function numbered(length: number, unreadable: number[] = []): ImageList {
  return {
    length,
    names: Array.from({length}, (_, i) => `image ${i}`),
    height: 2,
    width: 2,
    channels: 3,
    async pixels(index) {
      if (unreadable.includes(index)) throw new UnreadableImageError(`image ${index}`, 'it is torn');
      return new Uint8Array(12).fill(index);
    },
  };
}
