/** Whether a file or folder is hidden, or one that macOS adds to archives. */
export const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/** Whether a file is an image that {@link decodeImage} reads, by its name. */
export const isImageName = (name: string): boolean =>
  /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|pgm|ppm|pnm|bmp|dib)$/i.test(name);

/** Whether a file is an image of a format that nothing here reads, by its name. */
export const isUnsupportedImageName = (name: string): boolean =>
  /\.(hei[cf]|jp2|j2k|jpx|jxl|pbm|pcx|tga|psd|ico|exr|hdr|ras|dng|cr2|cr3|nef|arw|raw)$/i.test(name);

/** A few of some names: `a, b, …`. */
export const fewOf = (names: readonly string[]): string =>
  `${names.slice(0, 5).join(', ')}${names.length > 5 ? ', …' : ''}`;

/** Says how many images are of formats that nothing here reads; nothing if there are none. */
export function unsupportedImages(names: readonly string[]): string {
  if (names.length === 0) return '';
  const count = names.length === 1 ? '1 image is' : `${names.length} images are`;
  return `${count} of a format that is not read (convert to PNG): ${fewOf(names)}`;
}

/** The error for a folder or archive without identity folders, given its number of loose images. */
export function noIdentities(path: string, loose: number, unsupported: readonly string[] = []): Error {
  if (loose > 0) {
    return new Error(
      `${path} holds ${loose} images but no folders: put the images of each person into a separate folder.`,
    );
  }
  const others = unsupportedImages(unsupported);
  return new Error(
    `${path} holds no images: it must have a folder for each person, with JPEG, PNG or WebP files inside.` +
      (others && ` ${others}.`),
  );
}
