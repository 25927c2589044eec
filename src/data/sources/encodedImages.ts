import {check} from '../../base/check';
import type {OptionNames} from '../../base/checkOptions';
import {decodeImage} from '../images/decodeImage';
import {type ImageSize, rowsAndColumns} from '../images/imageSize';
import {type ImageList, UnreadableImageError} from './imageList';
import {lazyImageList} from './lazyImageList';

/** Options of decoding. */
export interface DecodeOptions {
  /** Rows and columns, `112` or `[112, 96]`. Default 112, the input size of face networks. */
  size?: ImageSize;
  /**
   * Megabytes of decoded pixels to keep for later passes, first come, first kept. Default 256, which is 7,000 images of
   * 112×112.
   */
  keepDecoded?: number;
}

/** The names of {@link DecodeOptions}. */
export const decodeOptions: OptionNames<DecodeOptions> = {size: true, keepDecoded: true};

/**
 * Images that are decoded on demand. Node only.
 *
 * @param length The number of images.
 * @param nameOf The name of one in messages.
 * @param encoded The path or the bytes of an image.
 */
export function encodedImages(
  length: number,
  nameOf: (index: number) => string,
  encoded: (index: number) => string | Uint8Array | Promise<Uint8Array>,
  {size = 112, keepDecoded = 256}: DecodeOptions = {},
): ImageList {
  const [height, width] = rowsAndColumns('images', size);
  const room = Math.floor(
    (check.notNegative('images', 'keepDecoded', keepDecoded) * 1e6) / (height * width * 3),
  );
  const kept = new Map<number, Uint8Array>();
  return lazyImageList({length, height, width, channels: 3}, nameOf, async index => {
    const before = kept.get(index);
    if (before !== undefined) return before;
    const pixels = await decoded(nameOf(index), encoded, index, [height, width]);
    if (kept.size < room) kept.set(index, pixels);
    return pixels;
  });
}

async function decoded(
  name: string,
  encoded: (index: number) => string | Uint8Array | Promise<Uint8Array>,
  index: number,
  size: ImageSize,
): Promise<Uint8Array> {
  try {
    return await decodeImage(await encoded(index), size);
  } catch (error) {
    if (error instanceof Error && error.message.includes('npm i sharp')) throw error;
    // The decoder repeats the message on several lines.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UnreadableImageError(name, reason, {cause: error});
  }
}
