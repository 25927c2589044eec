import {dirname, join, sep} from 'node:path';
import {
  type FaceImages,
  seededRandom,
  shuffle,
  type VerificationProtocol,
  withNamedImages,
} from 'face-margins/data';
import {imageFolder, imageRecords, verificationPairs} from 'face-margins/node';
import {drawnPairs} from './drawnPairs';
import type {FacesOptions} from './facesOptions';
import {hintToAlign} from './hintToAlign';
import {openGroups} from './peopleGroups';
import {spoiledFaces} from './spoiledFaces';

/** What is trained on, and what is verified on. */
export interface Faces {
  train: FaceImages;
  protocol: VerificationProtocol;
  synthetic: boolean;
  /** Both in words. */
  description: string;
}

/** What of the options says which faces to open. */
export type FacesToOpen = Pick<
  FacesOptions,
  | 'data'
  | 'validate'
  | 'images'
  | 'minImages'
  | 'disjoint'
  | 'identities'
  | 'imagesEach'
  | 'degrade'
  | 'wrongLabels'
  | 'groups'
  | 'size'
  | 'seed'
  | 'out'
>;

/** The part of the identities that is held back where there is nothing to verify on. */
const heldBack = 0.2;

/** Is told how many images have been drawn, or read to find the broken ones, of so many. */
export type OpeningProgress = (what: 'drawing' | 'reading', done: number, of: number) => void;

/**
 * Opens the faces that the options name, or draws synthetic ones.
 *
 * Without a protocol to verify on, some identities are held back, and pairs of them drawn: nobody is verified who was trained on.
 */
export async function openFaces(options: FacesToOpen, onProgress: OpeningProgress): Promise<Faces> {
  const opened = await openUnspoiled(options, onProgress);
  const {faces, description} = spoiledFaces(opened.train, options);
  return {...opened, train: faces, description: `${opened.description}${description}`};
}

async function openUnspoiled(options: FacesToOpen, onProgress: OpeningProgress): Promise<Faces> {
  const {data, size, seed, minImages, groups} = options;
  if (data === undefined) {
    const {identities, imagesEach} = options;
    // Needs packages that a training on photographs does without.
    const {syntheticFaces} = await import('./synthetic/syntheticFaces');
    const folder = await syntheticFaces(
      join(dirname(options.out), 'synthetic-faces'),
      {identities, images: imagesEach, size, seed},
      (drawn, of) => onProgress('drawing', drawn, of),
    );
    return heldOut(await imageFolder(folder, {size, groups}), {seed, synthetic: true, onProgress});
  }
  const everyone = await openImages(data, size, groups);
  await hintToAlign(everyone.images, data);
  const enough = minImages > 1 ? everyone.select((_, images) => images >= minImages) : everyone;
  const {validate, disjoint} = options;
  if (validate === undefined) return heldOut(enough, {seed, synthetic: false, onProgress});
  const named = !isRecords(data) && !isBin(validate);
  if (disjoint && !named) {
    throw new Error(
      `--disjoint tells people by the names of their folders, which ${isRecords(data) ? data : validate} does not have: ` +
        'leave it out, and see to it yourself that nobody of the pairs was trained on, or give folders and a pairs.txt.',
    );
  }
  const images = options.images ?? data;
  const ofPairs = isBin(validate)
    ? undefined
    : images === data
      ? everyone
      : await openImages(images, size, groups);
  const all = await verificationPairs(validate, {size, images: ofPairs});
  const strangers = strangersOf(all, enough);
  const protocol = disjoint ? refolded(all, strangers, seed) : all;
  const known = named ? all.pairs.length - strangers.length : undefined;
  return {
    train: enough,
    protocol,
    synthetic: false,
    description:
      `${data}: ${enough.summary()} ${validate}: ${protocol.pairs.length.toLocaleString('en')} pairs in ` +
      `${protocol.folds} folds${overlap(known, disjoint)}.`,
  };
}

const isRecords = (path: string) => /\.rec$/i.test(path);
const isBin = (path: string) => /\.bin$/i.test(path);

/** A folder, an archive, or InsightFace's RecordIO. */
async function openImages(path: string, size: number, groups?: string): Promise<FaceImages> {
  if (!isRecords(path)) return imageFolder(path, {size, groups});
  const records = await imageRecords(path, {size});
  if (groups === undefined) return records;
  if (groups === 'folders') {
    throw new Error(
      `--groups must be a file of identities and groups where ${path} has no folders, but is folders.`,
    );
  }
  return records.withGroups((await openGroups(groups)).groupOf);
}

async function heldOut(
  faces: FaceImages,
  {seed, synthetic, onProgress}: {seed: number; synthetic: boolean; onProgress: OpeningProgress},
): Promise<Faces> {
  const people = faces.classes.length;
  if (people < 4) {
    throw new Error(
      `--data: ${people} people are too few to hold two back for verifying and train on two: ` +
        'add people, or verify on others by --validate.',
    );
  }
  const {train, validation: others} = faces.split({
    validation: Math.max(2, Math.round(heldBack * people)),
    seed,
  });
  // A broken photograph must not stop a verification, and which pairs are drawn must not depend on when it is found.
  const validation = await others.readAll((done, of) => onProgress('reading', done, of));
  const protocol = drawnPairs(validation, seed);
  if (protocol === undefined) {
    throw new Error(
      `--data: the ${validation.classes.length} people held back for verifying have one image each, of which no pair of one person can be made: ` +
        'leave such people out by --min-images 2, or verify on others by --validate.',
    );
  }
  const what = synthetic ? 'synthetic identities' : 'identities';
  return {
    train,
    protocol,
    synthetic,
    description:
      `${train.length.toLocaleString('en')} images of ${train.classes.length} ${what} to train on, ` +
      `${protocol.pairs.length.toLocaleString('en')} pairs of ${validation.classes.length} others to verify on.`,
  };
}

/** The pairs of a protocol that show nobody of the training data, as far as names of folders tell. */
function strangersOf(
  {pairs, images}: VerificationProtocol,
  train: FaceImages,
): VerificationProtocol['pairs'] {
  const trained = new Set(train.classes);
  const known = images.names.map(name => {
    const parts = name.split(sep).join('/').split('/');
    // Folders of groups hold those of people.
    return trained.has(parts[0]) || trained.has(`${parts[0]}/${parts[1]}`);
  });
  return pairs.filter(({a, b}) => !known[a] && !known[b]);
}

/** Some of a protocol's pairs, dealt anew into ten folds. Images that none of them names stay out. */
function refolded(
  {images}: VerificationProtocol,
  pairs: VerificationProtocol['pairs'],
  seed: number,
): VerificationProtocol {
  const folds = 10;
  if (pairs.length < folds) {
    throw new Error(
      `--disjoint leaves ${pairs.length} pairs that show nobody of the training data; ${folds} are needed at least.`,
    );
  }
  const dealt = shuffle([...pairs], seededRandom(seed)).map((pair, i) => ({...pair, fold: i % folds}));
  return {...withNamedImages(dealt, images), folds};
}

function overlap(known: number | undefined, disjoint: boolean): string {
  if (known === undefined) return '; whether they show people who are trained on cannot be told';
  if (known === 0) return '';
  const pairs = known.toLocaleString('en');
  return disjoint
    ? `, without ${pairs} that show people who are trained on`
    : `; ${pairs} of them show people who are trained on, which flatters (--disjoint leaves them out)`;
}
