import {check} from '../../base/check';
import type {OptionNames} from '../../base/checkOptions';
import type {PixelArray} from '../images/pixels';
import {type ImageList, UnreadableImageError} from './imageList';
import {imageName, lazyImageList} from './lazyImageList';

/** The action on an unreadable image: take another one, or stop. */
export type UnreadablePolicy = 'skip' | 'error';

/** How a data set handles unreadable images. */
export interface UnreadableOptions {
  /**
   * `skip`, the default: the image is reported once and replaced by another of the same identity, the same in every run. `error`: its
   * batch throws.
   */
  unreadable?: UnreadablePolicy;
  /** Called once for each unreadable image. Default: a line on the console. */
  onUnreadable?: (error: UnreadableImageError) => void;
}

/** The names of {@link UnreadableOptions}. */
export const unreadableOptions: OptionNames<UnreadableOptions> = {unreadable: true, onUnreadable: true};

/** Reads pixels, and records unreadable images. */
export class ReadableImages {
  /** The errors of unreadable images so far, by index. */
  readonly unreadable = new Map<number, UnreadableImageError>();
  private readonly policy: UnreadablePolicy;
  private readonly report: (error: UnreadableImageError) => void;

  constructor(
    readonly images: ImageList,
    {
      unreadable = 'skip',
      onUnreadable = ({message}) => console.warn(`Skipped: ${message}`),
    }: UnreadableOptions = {},
  ) {
    check.oneOf('images', 'unreadable', unreadable, ['skip', 'error']);
    this.policy = unreadable;
    this.report = onUnreadable;
  }

  /** The pixels of one image, or nothing if it is unreadable. */
  async pixels(place: number): Promise<PixelArray | undefined> {
    if (this.unreadable.has(place)) return undefined;
    try {
      return await this.images.pixels(place);
    } catch (error) {
      if (!(error instanceof UnreadableImageError) || this.policy === 'error') throw error;
      // Two concurrent batches may meet it.
      if (!this.unreadable.has(place)) {
        this.unreadable.set(place, error);
        this.report(error);
      }
      return undefined;
    }
  }

  /** The images if each is needed: an unreadable one is reported, recorded and thrown. */
  get required(): ImageList {
    return lazyImageList(
      this.images,
      place => imageName(this.images, place),
      async place => {
        const pixels = await this.pixels(place);
        if (pixels !== undefined) return pixels;
        const cause = this.unreadable.get(place) as UnreadableImageError;
        throw new UnreadableImageError(
          cause.image,
          `${cause.reason} (to leave out such images, await readAll() and draw pairs() from its result)`,
          {cause},
        );
      },
    );
  }
}
