import {existsSync} from 'node:fs';
import {join} from 'node:path';
import type {ImageList} from 'face-margins/data';

/** Images that are looked at: one photograph among aligned faces is not worth a look at all of them. */
const looked = 8;

/** How much wider or higher than aligned faces an image is before it is taken for a photograph. */
const tolerance = 1.05;

/**
 * Says so where images have not the shape of aligned faces: they would be cropped at their center, and used without a word.
 *
 * @param images What is about to be read; files that are not there, such as the members of an archive, are not looked at.
 * @param folder What their names are within.
 */
export async function hintToAlign(
  {names, height, width}: Pick<ImageList, 'names' | 'height' | 'width'>,
  folder = '',
): Promise<void> {
  const {default: sharp} = await import('sharp');
  const step = Math.max(1, Math.floor(names.length / looked));
  for (const name of names.filter((_, i) => i % step === 0).slice(0, looked)) {
    const path = join(folder, name);
    if (!existsSync(path)) continue;
    // What cannot be read is told where it is decoded.
    const {width: columns = width, height: rows = height} = await sharp(path)
      .metadata()
      .catch(() => ({width: undefined, height: undefined}));
    const wider = (columns * height) / (rows * width);
    if (Math.max(wider, 1 / wider) <= tolerance) continue;
    console.error(
      `${path} is ${columns} × ${rows}, and aligned faces are ${width} × ${height}. ` +
        '`face-margins align` makes aligned faces of photographs; without it results are poor.',
    );
    return;
  }
}
