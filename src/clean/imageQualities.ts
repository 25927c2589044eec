import type {ImageList} from '../data/sources/imageList';

/** The result of {@link imageQualities}. */
export interface ImageQualities {
  /** How sharp each image is: the variance of the Laplacian of its brightness, 0 for a plain area. `[N]`. */
  sharpness: Float32Array;
  /** How strong the contrast of each image is: the standard deviation of its brightness, 0 to 127.5. `[N]`. */
  contrast: Float32Array;
}

/** Images read at once. */
const AT_ONCE = 32;

/**
 * Measures the sharpness and the contrast of images: what blur, darkness and fog take away. An image that cannot be read has NaN.
 *
 *     sharpness = Var(4 g(x, y) − g(x ± 1, y) − g(x, y ± 1))   g = 0.299 R + 0.587 G + 0.114 B
 *
 * Pech-Pacheco et al., ICPR 2000. Compare images of one size alone.
 *
 * @param images The images, such as {@link data.FaceImages.images}.
 * @param onProgress Called with the number of images measured.
 *
 * @example
 * ```ts
 * const {images} = arrayImages({images: new Uint8Array(2 * 12), shape: [2, 2, 2, 3], labels: [0, 1]});
 * const {contrast} = await imageQualities(images);
 * contrast;   // 0, 0
 * ```
 */
export async function imageQualities(
  images: ImageList,
  onProgress: (done: number, of: number) => void = () => undefined,
): Promise<ImageQualities> {
  const {length, height, width, channels} = images;
  const qualities = {
    sharpness: new Float32Array(length).fill(Number.NaN),
    contrast: new Float32Array(length).fill(Number.NaN),
  };
  for (let first = 0; first < length; first += AT_ONCE) {
    const count = Math.min(AT_ONCE, length - first);
    const read = await Promise.allSettled(Array.from({length: count}, (_, n) => images.pixels(first + n)));
    read.forEach((result, n) => {
      if (result.status === 'rejected') return;
      const gray = brightness(result.value, height * width, channels);
      qualities.contrast[first + n] = Math.sqrt(variance(gray));
      qualities.sharpness[first + n] = variance(laplacian(gray, height, width));
    });
    onProgress(first + count, length);
  }
  return qualities;
}

function brightness(pixels: ArrayLike<number>, count: number, channels: number): Float64Array {
  return Float64Array.from({length: count}, (_, p) =>
    channels < 3
      ? pixels[p * channels]
      : 0.299 * pixels[p * channels] + 0.587 * pixels[p * channels + 1] + 0.114 * pixels[p * channels + 2],
  );
}

/** Inside the border. */
function laplacian(gray: Float64Array, height: number, width: number): Float64Array {
  const [rows, columns] = [Math.max(0, height - 2), Math.max(0, width - 2)];
  return Float64Array.from({length: rows * columns}, (_, p) => {
    const at = (Math.floor(p / columns) + 1) * width + (p % columns) + 1;
    return 4 * gray[at] - gray[at - 1] - gray[at + 1] - gray[at - width] - gray[at + width];
  });
}

function variance(values: Float64Array): number {
  if (values.length === 0) return 0;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
