/** Numbers names that come again: of two `bias` the second is `bias_2`. */
export function distinctNames(names: string[]): string[] {
  const counts = new Map<string, number>();
  return names.map(name => {
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}
