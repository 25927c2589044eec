import {editDistance} from '../../base/editDistance';
import {withoutEnding} from '../../formats/pairFields';
import type {NamedImage} from '../../formats/parsePairs';

/** How near a name of a file is to a person and a number: `Ann_0001`, then `Ann/1`, then MTCNN's `Ann_0001_0`, `Ann_0001_1`, …. */
interface Numbered {
  place: number;
  rank: number;
}

/** A name of an image, cut at its folders. */
interface Place {
  folders: string[];
  /** The file's name without its ending. */
  stem: string;
}

/** The names that are compared with one that is missing: more would take minutes. */
const mostCompared = 50_000;

/**
 * Finds the images that a list of pairs names, whatever the folder above them and the ending: alignment often changes both.
 *
 * MTCNN writes a number behind the name where it found several faces, `Ann_0001_0.png`: the first is taken.
 */
export class ImageFinder {
  private readonly places: Place[];
  private readonly byStem = new Map<string, number[]>();
  private readonly byNumber = new Map<string, Numbered[]>();
  /** Stems that end in the number of a face, without it. */
  private readonly byFace = new Map<string, number[]>();
  /** What a list called an image that was found: a second path to the same image is a mistake. */
  private readonly found = new Map<number, string>();

  /**
   * @param names The names of the images.
   * @param list The name of the list in messages.
   */
  constructor(
    private readonly names: readonly string[],
    private readonly list: string,
  ) {
    this.places = names.map(placeOf);
    for (const [place, {folders, stem}] of this.places.entries()) {
      add(this.byStem, stem, place);
      const face = /^(.+)_(\d{1,2})$/.exec(stem);
      if (face) add(this.byFace, face[1], place);
      this.number(/^(.+)_(\d+)$/.exec(stem), place, 0);
      if (/^\d+$/.test(stem)) this.number([stem, folders.at(-1) ?? '', stem], place, 1);
      const several = /^(.+)_(\d+)_(\d{1,2})$/.exec(stem);
      this.number(several, place, 2 + Number(several?.[3]));
    }
  }

  /**
   * The place of an image of a list.
   *
   * @param image Its path, or person and number.
   * @param group A folder above it, where images of several folders may have the name.
   * @throws If there is none, or more than one.
   */
  place(image: string | NamedImage, group?: string): number {
    return typeof image === 'string' ? this.ofPath(image) : this.ofNumber(image, group);
  }

  private number(parts: ArrayLike<string> | null, place: number, rank: number): void {
    if (parts) add(this.byNumber, `${parts[1]} ${Number(parts[2])}`, {place, rank});
  }

  private ofNumber({name, number}: NamedImage, group: string | undefined): number {
    const all = this.byNumber.get(`${name} ${number}`) ?? [];
    const isInside = ({place}: Numbered) => group !== undefined && this.places[place].folders.includes(group);
    const inside = all.filter(isInside);
    const candidates = inside.length > 0 ? inside : all;
    const least = candidates.reduce((rank, candidate) => Math.min(rank, candidate.rank), Infinity);
    const wanted = `${name}/${name}_${String(number).padStart(4, '0')}`;
    return this.only(
      wanted,
      candidates.filter(({rank}) => rank === least).map(({place}) => place),
    );
  }

  private ofPath(path: string): number {
    const {folders, stem} = placeOf(path);
    let candidates = this.under(folders, this.byStem.get(stem) ?? []);
    if (candidates.length === 0) {
      const faces = this.under(folders, this.byFace.get(stem) ?? []);
      candidates = faces.sort((one, other) => (this.names[one] < this.names[other] ? -1 : 1)).slice(0, 1);
    }
    const ending = endingOf(path);
    const alike = candidates.filter(place => endingOf(this.names[place]) === ending);
    const place = this.only(path, alike.length > 0 ? alike : candidates);
    const before = this.found.get(place);
    const wanted = [...folders, stem].join('/');
    if (before !== undefined && before !== wanted) {
      throw new Error(
        `${this.list} names ${before} and ${wanted}, which would both be ${this.names[place]} of the images given.`,
      );
    }
    this.found.set(place, wanted);
    return place;
  }

  /** Those whose folders agree with a path's as far as both go: the longest agreement wins. */
  private under(folders: string[], candidates: number[]): number[] {
    const agreement = (place: number) => {
      const own = this.places[place].folders;
      const most = Math.min(own.length, folders.length);
      for (let i = 1; i <= most; i++) if (own.at(-i) !== folders.at(-i)) return -1;
      return most;
    };
    const best = candidates.reduce((most, place) => Math.max(most, agreement(place)), 0);
    return candidates.filter(place => agreement(place) === best);
  }

  private only(wanted: string, candidates: number[]): number {
    if (candidates.length === 1) return candidates[0];
    if (candidates.length > 1) {
      const [one, other] = candidates.map(place => this.names[place]);
      throw new Error(
        `${this.list} names ${wanted}, which may be ${one} or ${other}: leave one of them out of the images.`,
      );
    }
    const nearest = this.nearest(wanted);
    throw new Error(
      `${this.list} names ${wanted}, which is not among the ${this.names.length} images given` +
        `${nearest === undefined ? '' : `; the nearest is ${nearest}`}.`,
    );
  }

  /** The name with the fewest letters changed, in its folder and file. */
  private nearest(wanted: string): string | undefined {
    const ends = ({folders, stem}: Place) => [...folders.slice(-1), stem].join('/');
    const end = ends(placeOf(wanted));
    let [nearest, least]: [string | undefined, number] = [undefined, Infinity];
    for (const [i, place] of this.places.slice(0, mostCompared).entries()) {
      const own = ends(place);
      if (Math.abs(own.length - end.length) >= least) continue;
      const distance = editDistance(end, own);
      if (distance < least) [nearest, least] = [this.names[i], distance];
    }
    return nearest;
  }
}

function placeOf(name: string): Place {
  const parts = name.split(/[/\\]/).filter(part => !['', '.', '..'].includes(part));
  return {folders: parts.slice(0, -1), stem: withoutEnding(parts.at(-1) ?? '')};
}

const endingOf = (name: string) => /\.\w+$/.exec(name)?.[0].toLowerCase();

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
