import {readdir} from 'node:fs/promises';
import {join, relative, resolve, sep} from 'node:path';

/** A file of a folder of photographs. */
export interface Photograph {
  /** Its path within the folder, with `/` between folders. */
  source: string;
  /** Whether it is of a format that can be read. */
  isReadable: boolean;
}

const readable = /\.(jpe?g|jpe|jfif|png|webp|gif|tiff?|avif|pgm|ppm|pnm|bmp|dib)$/i;
const unreadable = /\.(hei[cf]|jp2|jxl|psd|dng|cr2|cr3|nef|arw|raw)$/i;

/** The photographs of a folder and its subfolders by their paths, without hidden files and without those of another folder in it. */
export async function photographsIn(folder: string, without: string): Promise<Photograph[]> {
  const entries = await readdir(folder, {recursive: true, withFileTypes: true});
  const excluded = resolve(without) + sep;
  return entries
    .filter(entry => !entry.isDirectory())
    .map(({parentPath, path, name}) => join(parentPath ?? path, name))
    .filter(file => !resolve(file).startsWith(excluded))
    .map(file => relative(folder, file).split(sep).join('/'))
    .filter(source => !source.split('/').some(part => part.startsWith('.') || part === '__MACOSX'))
    .filter(source => readable.test(source) || unreadable.test(source))
    .sort()
    .map(source => ({source, isReadable: readable.test(source)}));
}
