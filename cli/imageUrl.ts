import type {ImageList} from 'face-margins/data';
import sharp from 'sharp';

/** An image of a list as a `data:` URL, for a page that has nothing to load. */
export async function imageUrl(images: ImageList, index: number): Promise<string> {
  const {width, height} = images;
  const pixels = Uint8Array.from(await images.pixels(index));
  const jpeg = await sharp(pixels, {raw: {width, height, channels: 3}})
    .jpeg({quality: 85})
    .toBuffer();
  return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
}
