import {readFile} from 'node:fs/promises';
import type {Sharp} from 'sharp';
import {type BmpImage, looksLikeBmp, parseBmp} from '../../formats/parseBmp';
import {looksLikePnm, type PnmImage, parsePnm} from '../../formats/parsePnm';
import {loadSharp} from './loadSharp';

/** Opens an image with sharp, upright and in RGB without transparency. */
export async function openRgb(image: string | Uint8Array): Promise<Sharp> {
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
  return input.rotate().toColorspace('srgb').flatten({background: 'black'});
}

/** A path or bytes for sharp, which does not read PGM, PPM and BMP, or the pixels of such an image. */
async function withoutPlain(image: string | Uint8Array): Promise<string | Uint8Array | BmpImage | PnmImage> {
  const isPath = typeof image === 'string';
  if (isPath && !/\.(p[gnp]m|bmp|dib)$/i.test(image)) return image;
  const bytes = isPath ? await readFile(image) : image;
  if (looksLikeBmp(bytes)) return parseBmp(bytes, 'the image');
  return looksLikePnm(bytes) ? parsePnm(bytes, 'the image') : bytes;
}
