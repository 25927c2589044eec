import {check} from '../../base/check';
import type {OptionNames} from '../../base/checkOptions';
import {decodeImage} from '../images/decodeImage';
import {type ImageSize, rowsAndColumns} from '../images/imageSize';
import {type ImageList, UnreadableImageError} from './imageList';

/** How encoded images are decoded. */
export interface DecodeOptions {
  /** Rows and columns, `112` or `[112, 96]`. Default 112, which face networks are made for. */
  size?: ImageSize;
  /**
   * How many megabytes of decoded pixels to keep, so that later passes need not decode again. Default 256: 7,000 images of
   * 112×112. The first that come are kept.
   */
  keepDecoded?: number;
}

/** The names of {@link DecodeOptions}. */
export const decodeOptions: OptionNames<DecodeOptions> = {size: true, keepDecoded: true};

/**
 * Images that stay encoded until they are asked for. Node only.
 *
 * @param names What messages call each.
 * @param encoded The path or the bytes of one.
 */
export function encodedImages(
  names: readonly string[],
  encoded: (index: number) => string | Uint8Array | Promise<Uint8Array>,
  {size = 112, keepDecoded = 256}: DecodeOptions = {},
): ImageList {
  const [height, width] = rowsAndColumns('images', size);
  const room = Math.floor(
    (check.notNegative('images', 'keepDecoded', keepDecoded) * 1e6) / (height * width * 3),
  );
  const kept = new Map<number, Uint8Array>();
  return {
    length: names.length,
    names,
    height,
    width,
    channels: 3,
    async pixels(index) {
      const before = kept.get(index);
      if (before !== undefined) return before;
      const pixels = await decoded(names[index], encoded, index, [height, width]);
      if (kept.size < room) kept.set(index, pixels);
      return pixels;
    },
  };
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
    // The decoder repeats itself, a line each time.
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UnreadableImageError(name, reason, {cause: error});
  }
}
