/**
 * What a person decided by hand. It outlives every move of the slider: a pinned face stays with its person, and the slider places the
 * others.
 */
export interface HandEdits {
  /** The person of each pinned face, by the number of the face. */
  pins: ReadonlyMap<number, number>;
  /** Names of people, by their number. */
  names: ReadonlyMap<number, string>;
  /** Faces that were taken out: no face, or nobody the album is about. */
  removed: ReadonlySet<number>;
  /** The number of the next person. */
  nextPerson: number;
}

/** No decision yet. */
export const noEdits: HandEdits = {pins: new Map(), names: new Map(), removed: new Set(), nextPerson: 0};
