import {readFile} from 'node:fs/promises';
import {type BmpImage, looksLikeBmp, parseBmp} from '../../formats/parseBmp';
import {looksLikePnm, type PnmImage, parsePnm} from '../../formats/parsePnm';
import {type ImageSize, rowsAndColumns} from './imageSize';
import {loadSharp} from './loadSharp';

/**
 * Decodes an image to RGB pixels of a size: JPEG, PNG, WebP, GIF, TIFF, AVIF or another format of sharp, PGM, PPM or BMP. Node
 * only.
 *
 * Decoding runs on the threads of libuv's pool, not on the training thread. The EXIF orientation is applied, gray and CMYK become
 * RGB, 16 bits become 8, and transparent pixels become black. An image of another shape is scaled to cover the size and cropped at
 * the center. Of several frames or pages the first is taken.
 *
 * @param image A path, or the bytes of a file.
 * @param size Rows and columns of the result.
 * @throws If the image is damaged, truncated or of an unknown format.
 * @throws If sharp is not installed; the message has the command that installs it.
 *
 * @example
 * ```ts
 * const pixels = await decodeImage('me.jpg', 112);   // of shape [112, 112, 3], 0 to 255
 * ```
 */
export async function decodeImage(image: string | Uint8Array, size: ImageSize): Promise<Uint8Array> {
  const [height, width] = rowsAndColumns('decodeImage', size);
  const sharp = await loadSharp();
  // `error` accepts images with mere warnings, such as stray bytes between the segments of a JPEG.
  const failOn = 'error';
  const source = await withoutPlain(image);
  const input =
    typeof source === 'string' || source instanceof Uint8Array
      ? sharp(source, {failOn})
      : sharp(source.data, {
          failOn,
          raw: {width: source.width, height: source.height, channels: source.channels},
        });
  const pixels = await input
    .rotate()
    .toColourspace('srgb')
    .flatten({background: 'black'})
    .resize(width, height, {fit: 'cover'})
    .raw({depth: 'uchar'})
    .toBuffer();
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}

/** A path or bytes for sharp, which does not read PGM, PPM and BMP, or the pixels of such an image. */
async function withoutPlain(image: string | Uint8Array): Promise<string | Uint8Array | BmpImage | PnmImage> {
  const isPath = typeof image === 'string';
  if (isPath && !/\.(p[gnp]m|bmp|dib)$/i.test(image)) return image;
  const bytes = isPath ? await readFile(image) : image;
  if (looksLikeBmp(bytes)) return parseBmp(bytes, 'the image');
  return looksLikePnm(bytes) ? parsePnm(bytes, 'the image') : bytes;
}
