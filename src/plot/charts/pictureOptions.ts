import type {OptionNames} from '../../base/checkOptions';

/** Options of every picture. */
export interface PictureOptions {
  /** Printed above the picture. Default: nothing. */
  title?: string;
  /** Printed in small type under the title. Default: nothing. */
  subtitle?: string;
  /** The document that creates the elements. Default: the page's; in Node, a DOM library's, such as linkedom's. */
  document?: Document;
}

/** The names of {@link PictureOptions}. */
export const pictureOptions: OptionNames<PictureOptions> = {title: true, subtitle: true, document: true};
