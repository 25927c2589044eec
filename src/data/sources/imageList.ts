import type {PixelArray} from '../images/pixels';

/** Images of one size, decoded on demand. */
export interface ImageList {
  /** The number of images. */
  readonly length: number;
  /** The name of each in messages: a path, or a position in a file. */
  readonly names: readonly string[];
  /** Rows of an image. */
  readonly height: number;
  /** Columns of an image. */
  readonly width: number;
  /** Values of a pixel: 3 for RGB. */
  readonly channels: number;

  /** The name of one image. A list of millions has it, so that one name does not make all. Default: of `names`. */
  nameOf?(index: number): string;

  /**
   * The pixels of one image, 0 to 255, row-major `[height, width, channels]`. The list owns them: copy before changing.
   *
   * @throws {@link UnreadableImageError} if the image cannot be read or decoded.
   */
  pixels(index: number): Promise<PixelArray>;
}

/** An image cannot be read or decoded. The message names it and says why. */
export class UnreadableImageError extends Error {
  /** Identifies the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'UnreadableImageError';

  /**
   * @param image The name of the image in the message.
   * @param reason The message of the reader or decoder.
   */
  constructor(
    readonly image: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${image} cannot be read as an image: ${reason}`, options);
  }
}
