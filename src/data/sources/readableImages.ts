import {check} from '../../base/check';
import type {OptionNames} from '../../base/checkOptions';
import type {PixelArray} from '../images/pixels';
import {type ImageList, UnreadableImageError} from './imageList';

/** What to do about an image that cannot be read: take another one, or stop. */
export type UnreadablePolicy = 'skip' | 'error';

/** What a data set does about images that cannot be read. */
export interface UnreadableOptions {
  /**
   * `skip`, the default: the image is named once, and another of the same identity is shown in its place, the same one on
   * every run. `error`: the batch it belongs to throws.
   */
  unreadable?: UnreadablePolicy;
  /** Takes each such image once, when it is met first. Default: a line on the console. */
  onUnreadable?: (error: UnreadableImageError) => void;
}

/** The names of {@link UnreadableOptions}. */
export const unreadableOptions: OptionNames<UnreadableOptions> = {unreadable: true, onUnreadable: true};

/** Gives pixels, replaces what cannot be read, and keeps account of it. */
export class ReadableImages {
  /** What could not be read so far, by place. */
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

  /** The pixels of one image, or nothing where it cannot be read. */
  async pixels(place: number): Promise<PixelArray | undefined> {
    if (this.unreadable.has(place)) return undefined;
    try {
      return await this.images.pixels(place);
    } catch (error) {
      if (!(error instanceof UnreadableImageError) || this.policy === 'error') throw error;
      // Two batches under way may meet it at once.
      if (!this.unreadable.has(place)) {
        this.unreadable.set(place, error);
        this.report(error);
      }
      return undefined;
    }
  }

  /** The images where each is needed: one that cannot be read is reported and counted, and is an error. */
  get required(): ImageList {
    return {
      ...this.images,
      pixels: async place => {
        const pixels = await this.pixels(place);
        if (pixels !== undefined) return pixels;
        const cause = this.unreadable.get(place) as UnreadableImageError;
        throw new UnreadableImageError(
          cause.image,
          `${cause.reason} (await readAll() and take pairs() of what it gives, to leave out such images)`,
          {cause},
        );
      },
    };
  }
}
