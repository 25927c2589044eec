import {type ImageSize, rowsAndColumns} from './imageSize';
import {loadSharp} from './loadSharp';

/**
 * Decodes a JPEG, PNG, WebP or another format of sharp to RGB pixels of a size. Node only.
 *
 * Decoding runs on the threads of libuv's pool, not on the training thread. The EXIF orientation is applied, gray and CMYK become
 * RGB, 16 bits become 8, and transparent pixels become black. An image of another shape is scaled to cover the size and cropped at
 * the center.
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
  const pixels = await sharp(image, {failOn: 'error'})
    .rotate()
    .toColourspace('srgb')
    .flatten({background: 'black'})
    .resize(width, height, {fit: 'cover'})
    .raw({depth: 'uchar'})
    .toBuffer();
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}
