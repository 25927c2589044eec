import type {OnlinePerson} from './onlineClustersOptions';
import type {PastSighting, StoredPerson} from './personStore';
import type {Sighting} from './sighting';

/** What rules are told of a person. */
export function personOf({id, count, past}: StoredPerson): OnlinePerson {
  const {time} = past.filter(sighting => sighting.time !== undefined).at(-1) ?? {};
  const {place} = past.filter(sighting => sighting.place !== undefined).at(-1) ?? {};
  return {id, count, ...(time !== undefined && {time}), ...(place !== undefined && {place})};
}

/** When a person was seen last, whatever the order in which sightings came. */
export const lastTime = ({past}: StoredPerson): number | undefined =>
  past.reduce<number | undefined>(
    (latest, {time}) => (time !== undefined && (latest === undefined || time > latest) ? time : latest),
    undefined,
  );

/** What a prior adds to the cosine with a person. */
export function priorOf(
  prior: (seconds: number, meters: number) => number,
  {time, place}: Sighting,
  {past}: StoredPerson,
): number {
  const last: PastSighting | undefined = past.at(-1);
  const seconds = time === undefined || last?.time === undefined ? Number.NaN : Math.abs(time - last.time);
  const meters =
    place === undefined || last?.place === undefined
      ? Number.NaN
      : Math.hypot(...place.map((value, axis) => value - (last.place?.[axis] ?? 0)));
  return prior(seconds, meters);
}
