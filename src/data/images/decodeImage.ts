import {type ImageSize, rowsAndColumns} from './imageSize';
import {loadSharp} from './loadSharp';

/**
 * Decodes a JPEG, PNG, WebP or whatever else sharp reads to RGB pixels of a size. Node only.
 *
 * The work happens on the threads of libuv's pool, none of it on the thread that trains. The orientation in the EXIF data is
 * obeyed, gray and CMYK become RGB, 16 bits become 8, what is transparent lies on black. An image of another shape is scaled
 * until it covers the size, and its middle is taken.
 *
 * @param image A path, or the bytes of a file.
 * @param size Rows and columns of what is wanted.
 * @throws If the image is damaged, truncated or of no known format.
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
  // `error` lets pass what a decoder only warns of, such as stray bytes between the parts of a JPEG.
  const pixels = await sharp(image, {failOn: 'error'})
    .rotate()
    .toColourspace('srgb')
    .flatten({background: 'black'})
    .resize(width, height, {fit: 'cover'})
    .raw({depth: 'uchar'})
    .toBuffer();
  return new Uint8Array(pixels.buffer, pixels.byteOffset, pixels.byteLength);
}
