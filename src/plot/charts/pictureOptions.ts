import type {OptionNames} from '../../base/checkOptions';

/** What every picture takes. */
export interface PictureOptions {
  /** Printed above the picture. Default: nothing. */
  title?: string;
  /** Printed small under the title. Default: nothing. */
  subtitle?: string;
  /** The document that makes the elements. Default: the page's own; in Node, give that of a DOM library such as linkedom. */
  document?: Document;
}

/** The names of {@link PictureOptions}. */
export const pictureOptions: OptionNames<PictureOptions> = {title: true, subtitle: true, document: true};
