/** Whether a file or a folder is none of the user's images by its name: hidden, or what macOS adds to archives. */
export const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/** Whether a file's name says that it is a JPEG, a PNG or a WebP. */
export const isImageName = (name: string): boolean => /\.(jpe?g|png|webp)$/i.test(name);

/** The error for a folder or an archive without a folder for anybody, of the number of images that lie in it loose. */
export function noIdentities(path: string, loose: number): Error {
  return new Error(
    loose > 0
      ? `${path} holds ${loose} images but no folders: put the images of each person into a folder of their own.`
      : `${path} holds no images: it must have a folder for each person, with JPEG, PNG or WebP files inside.`,
  );
}
