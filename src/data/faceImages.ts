import {checkOptions} from '../base/checkOptions';
import {seededRandom, shuffle} from '../base/random';
import type {BatchSource} from './batches/batchSource';
import {type FaceBatchesOptions, faceBatches} from './batches/faceBatches';
import {checkLabels} from './checkLabels';
import {heldBackCount} from './heldBackCount';
import type {KeepList} from './keepList';
import {keptLabels} from './keptLabels';
import {type SamplePairsOptions, samplePairs} from './pairs/samplePairs';
import type {VerificationProtocol} from './pairs/verificationProtocol';
import {withNamedImages} from './pairs/withNamedImages';
import {fewOf, unsupportedImages} from './sources/folderRules';
import type {ImageList, UnreadableImageError} from './sources/imageList';
import {imageName} from './sources/lazyImageList';
import {ReadableImages, type UnreadableOptions, unreadableOptions} from './sources/readableImages';
import {subsetImages} from './sources/subsetImages';

/** The result of {@link FaceImages.split}: two sets that share no identity. */
export interface FaceSplit {
  /** The identities to train on. */
  train: FaceImages;
  /** The identities held out. */
  validation: FaceImages;
}

/** Options of {@link FaceImages.split}. */
export interface SplitOptions {
  /**
   * The part of the identities held out, from 0 to 1; a whole number above 1 is a count. Default 0.1, but at least two
   * identities.
   */
  validation?: number;
  /** Seed of the selection. Default 1. */
  seed?: number;
}

/**
 * Images of faces with their identities. Readers of folders, tar archives, RecordIO files and arrays return it.
 *
 * @example
 * ```ts
 * const faces = (await imageFolder('faces')).select((_, images) => images >= 5);
 * const {train, validation} = faces.split({validation: 0.1});
 * const batches = train.batches({size: 64, augment: true});
 * ```
 */
export class FaceImages {
  /** The identities, by class id. */
  readonly classes: readonly string[];
  /** The class id of each image. */
  readonly labels: Int32Array;
  /** The images, without their labels. */
  readonly images: ImageList;

  private constructor(
    private readonly source: ReadableImages,
    private readonly places: Int32Array,
    labels: ArrayLike<number>,
    classes: readonly string[],
    private readonly unsupported: readonly string[] = [],
    /** The group of each identity, by class id, such as a region of origin; undefined where nobody has said. */
    readonly groups?: readonly (string | undefined)[],
  ) {
    this.images = subsetImages(source.images, places);
    this.labels = new Int32Array(labels);
    this.classes = classes;
  }

  /**
   * Images and their labels.
   *
   * @param what The name of the set in messages, such as a path.
   * @param labels The class id of each image, from 0.
   * @param classes The name of each identity.
   * @param unsupported The names of images beside these whose format is not read, for {@link FaceImages.summary}. Default: none.
   * @throws If there is no image, an identity has none, or there is only one identity.
   */
  static of(
    what: string,
    images: ImageList,
    labels: ArrayLike<number>,
    classes: readonly string[],
    options: UnreadableOptions = {},
    unsupported: readonly string[] = [],
  ): FaceImages {
    checkOptions('FaceImages.of', options, unreadableOptions);
    checkLabels(what, images.length, labels, classes);
    const places = new Int32Array(images.length).map((_, i) => i);
    return new FaceImages(new ReadableImages(images, options), places, labels, classes, unsupported);
  }

  /** The number of images. */
  get length(): number {
    return this.places.length;
  }

  /** The images found unreadable so far, by {@link FaceImages.batches}, {@link FaceImages.readAll} or verification. */
  get unreadable(): UnreadableImageError[] {
    const {unreadable} = this.source;
    if (unreadable.size === 0) return [];
    const found = this.places.filter(place => unreadable.has(place));
    return Array.from(found, place => unreadable.get(place) as UnreadableImageError);
  }

  /**
   * A sentence with the numbers of images, identities and unreadable images so far, and of images whose format is not read, such as
   * BMP. The parts of {@link FaceImages.select} and {@link FaceImages.split} leave those out.
   */
  summary(): string {
    const skipped = this.unreadable.map(({image}) => image);
    const parts = [
      `${this.length} images of ${this.classes.length} identities`,
      skipped.length > 0 ? `${skipped.length} cannot be read: ${fewOf(skipped)}` : '',
      unsupportedImages(this.unsupported),
    ];
    return `${parts.filter(part => part !== '').join('; ')}.`;
  }

  /**
   * Some of the identities, renumbered, without images known to be unreadable.
   *
   * @param keep Whether to keep an identity, given its name and number of images.
   * @throws If fewer than two identities are left.
   */
  select(keep: (name: string, images: number) => boolean): FaceImages {
    const isReadable = (i: number) => !this.source.unreadable.has(this.places[i]);
    const counts = new Int32Array(this.classes.length);
    for (let i = 0; i < this.length; i++) if (isReadable(i)) counts[this.labels[i]]++;
    const classes: string[] = [];
    const labelOf = Int32Array.from(counts, (images, label) => {
      const isKept = images > 0 && keep(this.classes[label], images);
      return isKept ? classes.push(this.classes[label]) - 1 : -1;
    });
    if (classes.length < 2) {
      throw new Error(`select: at least two identities must be left, but there are ${classes.length}.`);
    }
    const kept = this.labels.map((_, i) => i).filter(i => labelOf[this.labels[i]] >= 0 && isReadable(i));
    return new FaceImages(
      this.source,
      kept.map(i => this.places[i]),
      kept.map(i => labelOf[this.labels[i]]),
      classes,
      [],
      this.groups?.filter((_, label) => labelOf[label] >= 0),
    );
  }

  /**
   * Some of the images: those that a keep-list leaves, under the identities that it gives them.
   *
   * @param keep What `npm run clean` saved, or {@link clean.keepListOf} made of a report.
   * @throws If it is no keep-list, names an image or identity that is not there, or leaves fewer than two identities.
   *
   * @example
   * ```ts
   * const faces = arrayImages({images: new Uint8Array(4 * 8 * 8 * 3), shape: [4, 8, 8, 3], labels: [0, 0, 1, 2]});
   * const kept = faces.subset({format: 'face-margins keep-list 1', drop: ['image 0'], merge: {2: '1'}});
   * kept.labels;   // 0, 1, 1
   * ```
   */
  subset(keep: KeepList): FaceImages {
    const {length, places, source} = this;
    const nameOf = (i: number) => imageName(source.images, places[i]);
    const {kept, labels, classes} = keptLabels('subset', {length, nameOf}, this.labels, this.classes, keep);
    if (classes.length < 2) {
      throw new Error(`subset: at least two identities must be left, but there are ${classes.length}.`);
    }
    return new FaceImages(
      source,
      Int32Array.from(kept, i => places[i]),
      labels,
      classes,
      [],
      this.groups && classes.map(name => this.groups?.[this.classes.indexOf(name)]),
    );
  }

  /**
   * The same images with a group for each identity, such as a region of origin, a sex or a camera. Parts keep it.
   *
   * @param groupOf The group of an identity, given its name; undefined where it is unknown.
   * @throws If no identity has a group.
   *
   * @example
   * ```ts
   * const faces = arrayImages({images: new Uint8Array(4 * 8 * 8 * 3), shape: [4, 8, 8, 3], labels: [0, 0, 1, 2]});
   * const grouped = faces.withGroups(name => (name === '2' ? 'night' : 'day'));
   * grouped.groups;   // day, day, night
   * ```
   */
  withGroups(groupOf: (identity: string) => string | undefined): FaceImages {
    const groups = this.classes.map(groupOf);
    if (groups.every(group => group === undefined)) {
      throw new Error(
        `withGroups: groupOf must give the group of some identity, but gives none of ${this.classes.length}, such as ${this.classes[0]}.`,
      );
    }
    const {source, places, labels, classes, unsupported} = this;
    return new FaceImages(source, places, labels, classes, unsupported, groups);
  }

  /**
   * Two parts that share no identity: verification needs people who were not in training. Groups, where there are some, are held out in
   * the same part each.
   *
   * @throws If a part would have fewer than two identities.
   */
  split(options: SplitOptions = {}): FaceSplit {
    const {validation, seed = 1} = checkOptions('split', options, {validation: true, seed: true});
    const held = heldBackCount(this.classes.length, validation);
    const order = this.inShares(shuffle([...this.classes.keys()], seededRandom(seed)));
    const names = new Set(order.slice(0, held).map(label => this.classes[label]));
    return {
      train: this.select(name => !names.has(name)),
      validation: this.select(name => names.has(name)),
    };
  }

  /** Identities in such an order that any beginning has of each group the same part. */
  private inShares(order: number[]): number[] {
    if (this.groups === undefined) return order;
    const sizes = new Map<string | undefined, number>();
    for (const group of this.groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
    const seen = new Map<string | undefined, number>();
    const places = order.map(label => {
      const group = this.groups?.[label];
      const before = seen.get(group) ?? 0;
      seen.set(group, before + 1);
      return {label, place: (before + 0.5) / (sizes.get(group) as number)};
    });
    return places.sort((one, other) => one.place - other.place).map(({label}) => label);
  }

  /**
   * Batches for training. The seed, the pass and the position in the pass determine a batch.
   *
   * @throws If an option is invalid, or there are too few images for one batch.
   */
  batches(options: FaceBatchesOptions): BatchSource {
    return faceBatches(
      {source: this.source, places: this.places, labels: this.labels, groups: this.groups},
      options,
    );
  }

  /**
   * Random verification pairs of these images. Half of the pairs show one person.
   *
   * Images known to be unreadable are left out. Call {@link FaceImages.readAll} first, since a pair needs both of its images.
   *
   * @throws If too few identities have two images.
   *
   * @example
   * ```ts
   * const {validation} = (await imageFolder('faces')).split({validation: 0.5});
   * const held = await validation.readAll();
   * const {pairs, images} = held.pairs({count: 100});
   * ```
   */
  pairs(options: SamplePairsOptions): VerificationProtocol {
    const places = this.places.filter(place => !this.source.unreadable.has(place));
    const labels = this.labels.filter((_, i) => !this.source.unreadable.has(this.places[i]));
    const {pairs, folds} = samplePairs(labels, options);
    const ofPlaces = pairs.map(pair => ({...pair, a: places[pair.a], b: places[pair.b]}));
    return {...withNamedImages(ofPlaces, this.source.required), folds};
  }

  /**
   * Reads every image once and returns the readable ones. An identity without readable images is left out.
   *
   * @param onProgress Called with the number of images read.
   * @throws {@link UnreadableImageError} if an image cannot be read and the data set was opened with `unreadable: 'error'`.
   */
  async readAll(onProgress: (done: number, of: number) => void = () => undefined): Promise<FaceImages> {
    const atOnce = 64;
    for (let start = 0; start < this.length; start += atOnce) {
      const some = this.places.subarray(start, start + atOnce);
      await Promise.all(Array.from(some, place => this.source.pixels(place)));
      onProgress(start + some.length, this.length);
    }
    return this.select(() => true);
  }
}
