import type {PhotographFile} from '../finding/importer';

/** Whether a file says that it is a picture: by its type, or by its name where a system knows no type. */
export const isPicture = ({name, file}: PhotographFile): boolean =>
  file.type.startsWith('image/') || /\.(jpe?g|png|webp|gif|avif|bmp|heic)$/i.test(name);
