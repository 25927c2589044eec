/**
 * The places of the pairs of each group, in the order of first occurrence. Pairs without a group are left out.
 *
 * @throws If a group is NaN, or no pair has one.
 */
export function placesOfGroups(
  where: string,
  groups: ArrayLike<string | number | null | undefined>,
): Map<string, number[]> {
  const members = new Map<string, number[]>();
  for (let i = 0; i < groups.length; i++) {
    const group = groups[i];
    if (group === null || group === undefined) continue;
    if (typeof group === 'number' && Number.isNaN(group)) {
      throw new Error(`${where}: groups[${i}] must be a name, a number or null, but is NaN.`);
    }
    const name = String(group);
    const places = members.get(name) ?? [];
    places.push(i);
    members.set(name, places);
  }
  if (members.size === 0)
    throw new Error(`${where}: groups must name the group of some pair, but names none.`);
  return members;
}
