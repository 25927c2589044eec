import {checkOptions} from '../base/checkOptions';
import type {FaceImages} from '../data/faceImages';
import {imageKey} from '../data/imageKey';
import type {KeepList} from '../data/keepList';
import type {CleaningReport} from './cleaningReport';

/** Options of {@link keepListOf}. */
export interface KeepListOptions {
  /** What to do with an outlier that is like another class. Default: `drop`; `move` puts it there. */
  outliers?: 'drop' | 'move' | 'keep';
  /** What to do with two classes that look like one person. Default: `merge`. */
  splits?: 'merge' | 'keep';
  /** What to do with the further people of a class. Default: `drop`; `separate` makes an identity of each, named `Ann (2)`. */
  mixed?: 'drop' | 'separate' | 'keep';
  /** What to do with images of low quality. Default: `keep`. */
  lowQuality?: 'drop' | 'keep';
}

/**
 * Decides about a report as no person did: the keep-list of all its candidates. Pairs of images under two names stay, since either name may
 * be wrong.
 *
 * @param report Of {@link findLabelErrors}, for these images in this order and their `labels`.
 * @param faces The images.
 * @param options What to do with each kind.
 * @throws If the report is of another number of images, or an option is invalid.
 *
 * @example
 * ```ts
 * const faces = arrayImages({images: new Uint8Array(6 * 12), shape: [6, 2, 2, 3], labels: [0, 0, 0, 1, 1, 1]});
 * const embeddings = {values: [1, 0, 1, 0.1, 0, 1, 0, 1, 0.1, 1, 0.9, 0], dimension: 2};
 * const report = await findLabelErrors(embeddings, faces.labels);
 * const {labels} = faces.subset(keepListOf(report, faces, {outliers: 'move'}));
 * labels;   // 0, 0, 1, 1, 1, 0
 * ```
 */
export function keepListOf(
  report: CleaningReport,
  faces: Pick<FaceImages, 'images' | 'classes' | 'length'>,
  options: KeepListOptions = {},
): KeepList {
  const where = 'keepListOf';
  checkOptions(where, options, {outliers: true, splits: true, mixed: true, lowQuality: true});
  const {outliers = 'drop', splits = 'merge', mixed = 'drop', lowQuality = 'keep'} = options;
  if (report.images !== faces.length) {
    throw new Error(
      `${where}: report must be of the ${faces.length} images given, but is of ${report.images}.`,
    );
  }
  const {images, classes} = faces;
  const key = (i: number) => imageKey(images.nameOf?.(i) ?? images.names[i]);
  const drop = new Set<string>();
  const move: Record<string, string> = {};
  if (mixed !== 'keep') {
    for (const {label, others} of report.mixed) {
      for (const [n, own] of others.entries()) {
        for (const i of own) {
          if (mixed === 'drop') drop.add(key(i));
          else move[key(i)] = `${classes[label]} (${n + 2})`;
        }
      }
    }
  }
  if (outliers !== 'keep') {
    for (const {image, suggested} of report.outliers) {
      // A further person of the class has been dealt with already.
      if (move[key(image)] !== undefined) continue;
      if (outliers === 'move' && suggested !== undefined && !drop.has(key(image))) {
        move[key(image)] = classes[suggested];
      } else drop.add(key(image));
    }
  }
  if (lowQuality === 'drop') for (const {image} of report.lowQuality) drop.add(key(image));
  for (const name of drop) delete move[name];
  const merge = splits === 'keep' ? {} : mergesOf(report.splits, classes);
  return {format: 'face-margins keep-list 1', drop: [...drop], move, merge};
}

/** The identity that stays, by each that goes: chains lead to one, and none in a circle. */
function mergesOf(splits: CleaningReport['splits'], classes: readonly string[]): Record<string, string> {
  const into = new Map<number, number>();
  const last = (label: number): number => {
    const next = into.get(label);
    return next === undefined ? label : last(next);
  };
  for (const split of splits) {
    const [stays, goes] = [last(split.into), last(split.from)];
    if (stays !== goes) into.set(goes, stays);
  }
  return Object.fromEntries([...into.keys()].map(label => [classes[label], classes[last(label)]]));
}
