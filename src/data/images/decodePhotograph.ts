import {openRgb} from './openRgb';
import type {Pixels} from './pixels';

/**
 * Decodes a photograph to RGB pixels at its own size, to find faces in it: the formats of `decodeImage`, with the same care. Node
 * only.
 *
 * The EXIF orientation is applied, gray and CMYK become RGB, 16 bits become 8, and transparent pixels become black. Of several frames
 * or pages the first is taken.
 *
 * @param image A path, or the bytes of a file.
 * @throws If the image is damaged, truncated or of an unknown format.
 * @throws If sharp is not installed; the message has the command that installs it.
 *
 * @example
 * ```ts
 * const photo = await decodePhotograph('me.jpg');
 * console.log(photo.data.length === 3 * photo.width * photo.height); // true
 * ```
 */
export async function decodePhotograph(image: string | Uint8Array): Promise<Pixels> {
  const input = await openRgb(image);
  const {data, info} = await input.raw({depth: 'uchar'}).toBuffer({resolveWithObject: true});
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    width: info.width,
    height: info.height,
  };
}
