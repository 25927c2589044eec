/** The side of MNIST's images, and of the square in them that a digit fills. */
const side = 28;
const inner = 20;

/**
 * Makes a drawing an image like MNIST's: the digit scaled into a square of 20 pixels, and its center of mass in the middle of 28.
 *
 * @param ink `[size, size]`, 0 where there is none, up to 255.
 * @returns `[28, 28]`, or undefined where nothing is drawn.
 */
export function centerDigit(ink: ArrayLike<number>, size: number): Uint8Array<ArrayBuffer> | undefined {
  const box = inkBox(ink, size);
  if (!box) return undefined;
  const {left, top, longest} = box;
  const scale = longest / inner;
  const small = new Float32Array(side * side);
  let [mass, massX, massY] = [0, 0, 0];
  for (let y = 0; y < inner; y++) {
    for (let x = 0; x < inner; x++) {
      const value = meanInk(ink, size, [left + x * scale, top + y * scale], scale);
      small[y * side + x] = value;
      mass += value;
      massX += value * x;
      massY += value * y;
    }
  }
  const [shiftX, shiftY] = [massX, massY].map(sum => Math.round((side - 1) / 2 - sum / (mass || 1)));
  const image = new Uint8Array(side * side);
  for (let y = 0; y < inner; y++) {
    for (let x = 0; x < inner; x++) {
      const [toX, toY] = [x + shiftX, y + shiftY];
      if (toX >= 0 && toX < side && toY >= 0 && toY < side)
        image[toY * side + toX] = Math.round(small[y * side + x]);
    }
  }
  return image;
}

/** The least square around all ink, with the ink in its middle. */
function inkBox(
  ink: ArrayLike<number>,
  size: number,
): {left: number; top: number; longest: number} | undefined {
  let [left, right, top, bottom] = [size, -1, size, -1];
  for (let i = 0; i < size * size; i++) {
    if (ink[i] < 32) continue;
    const [x, y] = [i % size, Math.floor(i / size)];
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  if (right < 0) return undefined;
  const [width, height] = [right - left + 1, bottom - top + 1];
  const longest = Math.max(width, height);
  return {left: left - (longest - width) / 2, top: top - (longest - height) / 2, longest};
}

/** The mean of a square of the drawing; its pixels count as far as they lie in it. */
function meanInk(ink: ArrayLike<number>, size: number, [left, top]: [number, number], wide: number): number {
  let sum = 0;
  for (let y = Math.max(0, Math.floor(top)); y < Math.min(size, top + wide); y++) {
    const high = Math.min(y + 1, top + wide) - Math.max(y, top);
    for (let x = Math.max(0, Math.floor(left)); x < Math.min(size, left + wide); x++) {
      sum += ink[y * size + x] * high * (Math.min(x + 1, left + wide) - Math.max(x, left));
    }
  }
  return sum / (wide * wide);
}
