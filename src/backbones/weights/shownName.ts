/** Longer than the names of any network. */
const longest = 160;

/** A name of a file, cut for a message: it may be as long as its file. */
export const shownName = (name: string): string =>
  name.length > longest ? `${name.slice(0, longest)}…` : name;
