/** Which synthetic faces. The same options give the same pictures. */
export interface SyntheticOptions {
  /** How many persons. */
  identities: number;
  /** How many images of each. */
  images: number;
  /** Rows and columns of an image. */
  size: number;
  seed: number;
  /** Groups of persons, in this order, whose photographs are the poorer the later the group. Default: no groups. */
  groups?: readonly PersonGroup[];
}

/** A group of persons. */
export interface PersonGroup {
  name: string;
  /** How many persons. */
  identities: number;
}

/** The folder name of a person: nobody shall take them for real. */
export const personName = (index: number): string => `synthetic-${String(index + 1).padStart(5, '0')}`;

/** The group of a person, and how many groups come before it; undefined where there are none. */
export function groupOf(
  index: number,
  {groups}: Pick<SyntheticOptions, 'groups'>,
): {name: string; place: number} | undefined {
  if (groups === undefined) return undefined;
  let end = 0;
  const place = groups.findIndex(({identities}) => {
    end += identities;
    return index < end;
  });
  return {name: groups[place].name, place};
}

/** The folder of a person, within that of their group if there are groups. */
export function personFolder(index: number, options: Pick<SyntheticOptions, 'groups'>): string {
  const group = groupOf(index, options);
  return group === undefined ? personName(index) : `${group.name}/${personName(index)}`;
}

/** The file name of an image, as LFW names its own. */
export const imageName = (person: string, index: number): string =>
  `${person}_${String(index + 1).padStart(4, '0')}.jpg`;
