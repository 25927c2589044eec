/** Whether a file or a folder is none of the user's images by its name: hidden, or what macOS adds to archives. */
export const isHidden = (name: string): boolean => name.startsWith('.') || name === '__MACOSX';
