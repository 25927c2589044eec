import {check} from '../../base/check';
import type {Random} from '../../base/random';

/** A rectangle of an image, in pixels. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/**
 * A random rectangle inside an image. Its part of the area and the logarithm of its aspect ratio are uniform. `undefined` after ten
 * rectangles that do not fit.
 */
export function randomBox(
  where: string,
  {width, height}: {width: number; height: number},
  random: Random,
  area: readonly [low: number, high: number],
  ratio: readonly [low: number, high: number],
): Box | undefined {
  check.between(where, 'area', area[0], 0, area[1]);
  check.between(where, 'area', area[1], area[0], 1);
  check.positive(where, 'ratio', ratio[0]);
  check.atLeast(where, 'ratio', ratio[1], ratio[0]);
  for (let attempt = 0; attempt < 10; attempt++) {
    const pixels = (area[0] + (area[1] - area[0]) * random()) * width * height;
    const shape = Math.exp(Math.log(ratio[0]) + Math.log(ratio[1] / ratio[0]) * random());
    const box = {width: Math.round(Math.sqrt(pixels * shape)), height: Math.round(Math.sqrt(pixels / shape))};
    if (box.width >= 1 && box.height >= 1 && box.width <= width && box.height <= height) {
      const left = Math.floor(random() * (width - box.width + 1));
      const top = Math.floor(random() * (height - box.height + 1));
      return {left, top, ...box};
    }
  }
  return undefined;
}
