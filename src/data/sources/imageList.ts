import type {PixelArray} from '../images/pixels';

/** Images of one size, each decoded when it is asked for. */
export interface ImageList {
  /** How many there are. */
  readonly length: number;
  /** What messages call each: a path, or a place in a file. */
  readonly names: readonly string[];
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Values of a pixel: 3 for RGB. */
  readonly channels: number;

  /**
   * The pixels of one image, 0 to 255, row-major `[height, width, channels]`. They are the list's own: copy before changing.
   *
   * @throws {@link UnreadableImageError} if it cannot be read or decoded.
   */
  pixels(index: number): Promise<PixelArray>;
}

/** An image cannot be read or decoded. The message names it and says why. */
export class UnreadableImageError extends Error {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'UnreadableImageError';

  /**
   * @param image What the message calls the image.
   * @param reason What the reader or the decoder said.
   */
  constructor(
    readonly image: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${image} cannot be read as an image: ${reason}`, options);
  }
}
