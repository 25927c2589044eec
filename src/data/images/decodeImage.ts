import {type ImageSize, rowsAndColumns} from './imageSize';
import {openRgb} from './openRgb';

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
  const input = await openRgb(image);
  const pixels = await input.resize(width, height, {fit: 'cover'}).raw({depth: 'uchar'}).toBuffer();
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}
