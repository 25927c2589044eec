/** Whether a file's name says that it is a JPEG, a PNG or a WebP. */
export const isImageName = (name: string): boolean => /\.(jpe?g|png|webp)$/i.test(name);
