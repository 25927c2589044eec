/** What {@link OnlineClusters} remembers, as plain data, which JSON keeps. */
export interface OnlineClustersData {
  /** Tells it from other files. */
  format: 'face-margins online clusters 1';
  /** D, the length of an embedding; 0 before the first. */
  dimension: number;
  /** The id of the next new person. */
  nextId: number;
  /** The people. */
  people: {
    /** The number of the person. */
    id: number;
    /** How many faces it has. */
    count: number;
    /** The order of the last sighting among all. */
    turn: number;
    /** The sum of the unit embeddings, `[D]`. */
    sum: number[];
    /** The latest sightings, oldest first. */
    past: {
      /** When, in seconds. */
      time?: number;
      /** Where, in meters. */
      place?: readonly number[];
      /** The picture. */
      frame?: string | number;
    }[];
    /** The latest tracks, oldest first. */
    tracklets: (string | number)[];
    /** The ids of people who were in one picture with it. */
    apart: number[];
  }[];
}

/**
 * Checks what may come from a file.
 *
 * @throws If it is not what {@link OnlineClusters.toJSON} gives.
 */
export function checkSaved(where: string, saved: OnlineClustersData): OnlineClustersData {
  const refuse = (what: string) => new Error(`${where}: saved must ${what}.`);
  if (saved?.format !== 'face-margins online clusters 1') {
    throw refuse(`have the format face-margins online clusters 1, but has ${String(saved?.format)}`);
  }
  const {dimension, nextId, people} = saved;
  const isCount = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
  if (!isCount(dimension) || !isCount(nextId) || !Array.isArray(people)) {
    throw refuse('have a dimension, nextId and people');
  }
  const ids = new Set<number>();
  for (const [i, {id, count, turn, sum, past, tracklets, apart}] of people.entries()) {
    const hasNumbers = [id, count, turn].every(isCount) && id < nextId && !ids.has(id);
    const hasSum =
      Array.isArray(sum) && sum.length === dimension && sum.every(value => Number.isFinite(value));
    if (!hasNumbers || !hasSum || ![past, tracklets, apart].every(Array.isArray)) {
      throw refuse(
        `have an id below nextId, counts and ${dimension} finite values for each person, but people[${i}] has not`,
      );
    }
    ids.add(id);
  }
  return saved;
}
