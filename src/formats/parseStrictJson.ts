/** The end of the string that begins at `start`. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/**
 * Parses untrusted JSON. Unlike `JSON.parse`, which takes the last of two equal names, it throws if a name occurs twice in an object,
 * and if nesting is deeper than `deepest`.
 *
 * @throws If the text is not JSON, or breaks a rule: a plain `Error`, or the error of `JSON.parse`.
 */
export function parseStrictJson(text: string, deepest: number): unknown {
  /** The names of each open object; `undefined` for each open array. */
  const open: (Set<string> | undefined)[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') {
      if (open.length === deepest) throw new Error(`it is nested deeper than ${deepest} levels`);
      open.push(character === '{' ? new Set() : undefined);
    } else if (character === '}' || character === ']') {
      open.pop();
    } else if (character === '"') {
      const end = endOfString(text, at);
      const literal = text.slice(at, end + 1);
      at = end;
      let next = end + 1;
      while (next < text.length && text.charCodeAt(next) <= 0x20) next++;
      const names = open.at(-1);
      if (text[next] !== ':' || names === undefined) continue;
      const name = JSON.parse(literal) as string;
      if (names.has(name)) throw new Error(`it has the name ${literal} twice`);
      names.add(name);
    }
  }
  return JSON.parse(text);
}
