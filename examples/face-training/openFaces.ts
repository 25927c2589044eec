import {dirname, join, posix, sep} from 'node:path';
import {type FaceImages, seededRandom, shuffle, type VerificationPairs} from 'face-margins';
import {imageFolder, imageRecords, verificationPairs} from 'face-margins/node';
import type {FacesOptions} from './facesOptions';
import {type DrawingProgress, syntheticFaces} from './synthetic/syntheticFaces';

/** What is trained on, and what is verified on. */
export interface Faces {
  train: FaceImages;
  protocol: VerificationPairs;
  synthetic: boolean;
  /** Both in words. */
  description: string;
}

/** How many pairs to draw of identities that are held back, and a fifth of them is. */
const drawnPairs = 4000;
const heldBack = 0.2;

/**
 * Opens the faces that the options name, or draws synthetic ones.
 *
 * Without a protocol to verify on, some identities are held back, and pairs of them drawn: nobody is verified who was trained on.
 */
export async function openFaces(options: FacesOptions, onDrawing: DrawingProgress): Promise<Faces> {
  const {data, size, seed, minImages} = options;
  if (data === undefined) {
    const {identities, imagesEach} = options;
    const folder = await syntheticFaces(
      join(dirname(options.out), 'synthetic-faces'),
      {identities, images: imagesEach, size, seed},
      onDrawing,
    );
    return heldOut(await imageFolder(folder, {size}), seed, true);
  }
  const everyone = await openImages(data, size);
  const enough = minImages > 1 ? everyone.select((_, images) => images >= minImages) : everyone;
  if (options.validate === undefined) return heldOut(enough, seed, false);
  const images = options.images ?? data;
  const ofPairs = /\.bin$/i.test(options.validate)
    ? undefined
    : images === data
      ? everyone
      : await openImages(images, size);
  const all = await verificationPairs(options.validate, {size, images: ofPairs});
  const strangers = strangersOf(all, enough);
  const protocol = options.disjoint ? refolded(all, strangers, seed) : all;
  const known = all.pairs.length - strangers.length;
  return {
    train: enough,
    protocol,
    synthetic: false,
    description:
      `${data}: ${enough.summary()} ${options.validate}: ${protocol.pairs.length.toLocaleString('en')} pairs in ` +
      `${protocol.folds} folds${overlap(known, options.disjoint)}.`,
  };
}

/** A folder, an archive, or InsightFace's RecordIO. */
function openImages(path: string, size: number): Promise<FaceImages> {
  return /\.rec$/i.test(path) ? imageRecords(path, {size}) : imageFolder(path, {size});
}

function heldOut(faces: FaceImages, seed: number, synthetic: boolean): Faces {
  const {train, validation} = faces.split({validation: heldBack, seed});
  const protocol = validation.pairs({count: mostPairs(validation), seed});
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

/** As many pairs as are wanted, or as there are. */
function mostPairs({labels}: FaceImages): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const same = [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  const different = (labels.length * (labels.length - 1)) / 2 - same;
  return Math.min(drawnPairs, 2 * same, 2 * different);
}

/** The pairs of a protocol that show nobody of the training data, as far as names of folders tell. */
function strangersOf({pairs, images}: VerificationPairs, train: FaceImages): VerificationPairs['pairs'] {
  const trained = new Set(train.classes);
  const known = images.names.map(name =>
    trained.has(posix.basename(posix.dirname(name.split(sep).join('/')))),
  );
  return pairs.filter(({a, b}) => !known[a] && !known[b]);
}

/** Some of a protocol's pairs, dealt anew into ten folds. Images that none of them names stay out. */
function refolded(
  {images}: VerificationPairs,
  pairs: VerificationPairs['pairs'],
  seed: number,
): VerificationPairs {
  const folds = 10;
  if (pairs.length < folds) {
    throw new Error(
      `--disjoint leaves ${pairs.length} pairs that show nobody of the training data; ${folds} are needed at least.`,
    );
  }
  const places = [...new Set(pairs.flatMap(({a, b}) => [a, b]))];
  const newPlace = new Map(places.map((place, i) => [place, i]));
  const dealt = shuffle([...pairs], seededRandom(seed)).map(({a, b, same}, i) => ({
    a: newPlace.get(a) as number,
    b: newPlace.get(b) as number,
    same,
    fold: i % folds,
  }));
  const kept = {
    ...images,
    length: places.length,
    names: places.map(place => images.names[place]),
    pixels: (index: number) => images.pixels(places[index]),
  };
  return {pairs: dealt, folds, images: kept};
}

function overlap(known: number, disjoint: boolean): string {
  if (known === 0) return '';
  const pairs = known.toLocaleString('en');
  return disjoint
    ? `, without ${pairs} that show people who are trained on`
    : `; ${pairs} of them show people who are trained on, which flatters (--disjoint leaves them out)`;
}
