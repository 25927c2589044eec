import {readFile} from 'node:fs/promises';
import type {OptionNames} from '../../base/checkOptions';
import type {FaceImages} from '../faceImages';
import {checkKeepList, type KeepList} from '../keepList';

/** What to leave out of a set of faces on opening it. */
export interface KeepOptions {
  /** A keep-list, or the path of a file of one, as `npm run clean` saves it. Default: all images as they are. */
  keep?: string | KeepList;
}

/** The names of {@link KeepOptions}. */
export const keepOptions: OptionNames<KeepOptions> = {keep: true};

/**
 * Applies the keep-list of options, if there is one. Node only.
 *
 * @throws If the file cannot be read, is none of these, or names what is not there.
 */
export async function withKeepList(faces: FaceImages, {keep}: KeepOptions): Promise<FaceImages> {
  if (keep === undefined) return faces;
  return faces.subset(typeof keep === 'string' ? await readKeepList(keep) : keep);
}

async function readKeepList(path: string): Promise<KeepList> {
  const text = await readFile(path, 'utf8');
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new Error(`${path} must be a keep-list as npm run clean saves it, but is no JSON.`, {cause: error});
  }
  return checkKeepList(path, list);
}
