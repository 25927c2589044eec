/** Whether a file or folder is hidden, or one that macOS adds to archives. */
export const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';

/** Whether a file is a JPEG, PNG or WebP, by its name. */
export const isImageName = (name: string): boolean => /\.(jpe?g|png|webp)$/i.test(name);

/** The error for a folder or archive without identity folders, given its number of loose images. */
export function noIdentities(path: string, loose: number): Error {
  return new Error(
    loose > 0
      ? `${path} holds ${loose} images but no folders: put the images of each person into a separate folder.`
      : `${path} holds no images: it must have a folder for each person, with JPEG, PNG or WebP files inside.`,
  );
}
