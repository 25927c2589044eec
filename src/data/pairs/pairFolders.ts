import {readdir, readFile} from 'node:fs/promises';
import {basename, dirname, join} from 'node:path';
import {parseCfpProtocol} from '../../formats/parseCfpProtocol';
import {type PairList, type PairListOptions, parsePairList} from '../../formats/parsePairList';

/** The pairs of a folder, and the folder of its images. */
export interface FolderPairs extends PairList {
  /** Where the data set keeps its images. */
  images: string;
}

/**
 * Reads the pairs of a data set that is a folder: a split of CFP, `Protocol/Split/FP` or `FF`, or the test set of RFW, with
 * `txts/African/African_pairs.txt` and its siblings.
 *
 * @throws {@link index.DataFormatError} if a file is damaged.
 * @throws If the folder is neither.
 */
export async function pairFolders(path: string, options: PairListOptions): Promise<FolderPairs> {
  const split = basename(path).toUpperCase();
  if (split === 'FF' || split === 'FP') return cfpPairs(path, split);
  const names = await readdir(path);
  const lists = names.includes('txts') ? join(path, 'txts') : path;
  const races = await rfwRaces(lists);
  if (races.length > 0) return rfwPairs(lists, races, options);
  throw new Error(
    `verificationPairs: path must be a file of pairs, a split of CFP (Protocol/Split/FP or Protocol/Split/FF) or the folder of RFW (with ` +
      `txts/African/African_pairs.txt), but ${path} is a folder with ${names.slice(0, 5).join(', ') || 'nothing in it'}.`,
  );
}

const named = async (file: string) => ({file, text: await readFile(file, 'utf8')});

async function cfpPairs(path: string, split: 'FF' | 'FP'): Promise<FolderPairs> {
  const protocol = dirname(dirname(path));
  // The read-me file of CFP puts the lists one folder lower than its archive does.
  const lists = (await readdir(protocol)).includes('Pair_list_F.txt') ? protocol : dirname(path);
  const folds = (await readdir(path)).filter(name => /^\d+$/.test(name));
  const list = await parseCfpProtocol({
    first: await named(join(lists, 'Pair_list_F.txt')),
    second: await named(join(lists, `Pair_list_${split[1]}.txt`)),
    folds: await Promise.all(
      folds
        .sort((one, other) => Number(one) - Number(other))
        .map(async fold => ({
          same: await named(join(path, fold, 'same.txt')),
          diff: await named(join(path, fold, 'diff.txt')),
        })),
    ),
  });
  return {...list, images: join(dirname(protocol), 'Data', 'Images')};
}

/** The folders that have a list of pairs of their name. */
async function rfwRaces(lists: string): Promise<string[]> {
  const folders = (await readdir(lists, {withFileTypes: true})).filter(entry => entry.isDirectory());
  const found = await Promise.all(
    folders.map(async ({name}) => (await readdir(join(lists, name))).includes(`${name}_pairs.txt`)),
  );
  return folders
    .map(({name}) => name)
    .filter((_, i) => found[i])
    .sort();
}

async function rfwPairs(lists: string, races: string[], options: PairListOptions): Promise<FolderPairs> {
  const all = await Promise.all(
    races.map(async race => {
      const {file, text} = await named(join(lists, race, `${race}_pairs.txt`));
      const {pairs, folds} = parsePairList(text, file, options);
      return {pairs: pairs.map(pair => ({...pair, group: race})), folds};
    }),
  );
  return {
    pairs: all.flatMap(({pairs}) => pairs),
    folds: Math.max(...all.map(({folds}) => folds)),
    images: join(dirname(lists), 'data'),
  };
}
