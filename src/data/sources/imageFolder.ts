import {readdir, readFile, realpath, stat} from 'node:fs/promises';
import {join, relative} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {parseIdentityGroups} from '../../formats/parseIdentityGroups';
import {FaceImages} from '../faceImages';
import {type DecodeOptions, decodeOptions, encodedImages} from './encodedImages';
import {isHidden, isImageName, isUnsupportedImageName, noIdentities, unsupportedImages} from './folderRules';
import {openImageTar} from './openImageTar';
import {type UnreadableOptions, unreadableOptions} from './readableImages';
import {type KeepOptions, keepOptions, withKeepList} from './withKeepList';

/** Options of {@link imageFolder}. */
export interface ImageFolderOptions extends DecodeOptions, UnreadableOptions, KeepOptions {
  /**
   * The group of each identity, such as a region of origin: the path of a file as {@link formats.parseIdentityGroups} reads it, or
   * `'folders'` where folders of groups hold the folders of identities, `north/ann/1.jpg`; then `north/ann` is the identity. Default: none.
   */
  groups?: string;
}

/**
 * Opens a folder with one folder per identity and its images inside (JPEG, PNG, WebP, GIF, TIFF, AVIF, PGM, PPM, BMP), or a `.tar` or `.tgz`
 * of such a folder. Node only.
 *
 * Identities are numbered in the order of their folders' names (by code unit, the same on every machine). Subfolders belong to the
 * identity, and links are followed. Other files and names that begin with a dot are skipped; images of other
 * formats, such as BMP, are counted in `summary()`. An archive is read into memory, with
 * images encoded. Folders that contain all of its images are not identities, and links in it are skipped.
 *
 * @throws If there are no images, a folder has none, or there is only one identity.
 *
 * @example
 * ```ts
 * const faces = await imageFolder('faces', {size: 112});
 * console.log(faces.summary());
 * ```
 */
export async function imageFolder(path: string, options: ImageFolderOptions = {}): Promise<FaceImages> {
  checkOptions('imageFolder', options, {
    ...decodeOptions,
    ...unreadableOptions,
    ...keepOptions,
    groups: true,
  });
  const {groups} = options;
  const isArchive = (await stat(path)).isFile();
  if (isArchive && groups === 'folders') {
    throw new Error(
      `imageFolder: groups must be a file that names the group of each identity where images are in an archive, but is 'folders': unpack ${path}.`,
    );
  }
  const ungrouped = isArchive
    ? await openImageTar(path, options)
    : await openFolder(
        path,
        groups === 'folders' ? await innerFolders(path) : await foldersIn(path),
        options,
      );
  return withKeepList(groups === undefined ? ungrouped : await withGroupsOf(ungrouped, groups), options);
}

/** The folders in a folder, which are identities, or groups of them. */
async function foldersIn(path: string): Promise<string[]> {
  const entries = await entriesOf(path);
  const folders = entries.filter(({isFolder}) => isFolder).map(({name}) => name);
  if (folders.length === 0) throw noIdentities(path, entries.filter(({name}) => isImageName(name)).length);
  return folders;
}

/** The folders of identities in the folders of groups. */
async function innerFolders(path: string): Promise<string[]> {
  const found: string[] = [];
  for (const group of await foldersIn(path)) {
    for (const identity of await foldersIn(join(path, group))) found.push(`${group}/${identity}`);
  }
  return found;
}

async function withGroupsOf(faces: FaceImages, groups: string): Promise<FaceImages> {
  if (groups === 'folders') return faces.withGroups(identity => identity.split('/')[0]);
  const named = parseIdentityGroups(await readFile(groups, 'utf8'), groups);
  return faces.withGroups(identity => named.get(identity));
}

/** The images of some folders, an identity each. */
async function openFolder(
  path: string,
  folders: readonly string[],
  options: ImageFolderOptions,
): Promise<FaceImages> {
  const files: string[] = [];
  const labels: number[] = [];
  const unsupported: string[] = [];
  for (const [label, folder] of folders.entries()) {
    const {images: own, others} = await imagesIn(join(path, folder));
    if (own.length === 0) {
      throw new Error(
        `${join(path, folder)} holds no images (JPEG, PNG or WebP): remove it, or put the person's images into it.` +
          (others.length > 0 ? ` ${unsupportedImages(others.map(file => relative(path, file)))}.` : ''),
      );
    }
    for (const file of others) unsupported.push(relative(path, file));
    // One by one: a call takes some 120,000 arguments at most.
    for (const file of own) {
      files.push(file);
      labels.push(label);
    }
  }
  const images = encodedImages(
    files.length,
    index => relative(path, files[index]),
    index => files[index],
    options,
  );
  const {unreadable, onUnreadable} = options;
  return FaceImages.of(path, images, labels, folders, {unreadable, onUnreadable}, unsupported);
}

interface Entry {
  name: string;
  isFolder: boolean;
}

/** The entries of a folder, sorted by name. Links are resolved; broken links count as files and are reported when read. */
async function entriesOf(folder: string): Promise<Entry[]> {
  const entries = (await readdir(folder, {withFileTypes: true})).filter(({name}) => !isHidden(name));
  const found = entries.map(async entry => {
    const linked = entry.isSymbolicLink() ? await stat(join(folder, entry.name)).catch(() => entry) : entry;
    return {name: entry.name, isFolder: linked.isDirectory()};
  });
  return (await Promise.all(found)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The files of images in a folder. */
interface ImageFiles {
  images: string[];
  /** Those of formats that nothing here reads. */
  others: string[];
}

/** The images in a folder and its subfolders, sorted by name. A link to a parent is followed once. */
export async function imagesIn(folder: string): Promise<ImageFiles> {
  const found: ImageFiles = {images: [], others: []};
  const seen = new Set<string>();
  const walk = async (inside: string) => {
    const real = await realpath(inside);
    if (seen.has(real)) return;
    seen.add(real);
    for (const {name, isFolder} of await entriesOf(inside)) {
      if (isFolder) await walk(join(inside, name));
      else if (isImageName(name)) found.images.push(join(inside, name));
      else if (isUnsupportedImageName(name)) found.others.push(join(inside, name));
    }
  };
  await walk(folder);
  return found;
}
