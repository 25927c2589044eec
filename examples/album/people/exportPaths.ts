import type {Person} from './person';

/** Which people an export has. */
export interface ExportChoice {
  /** Only those with a name. */
  namedOnly: boolean;
  /** The fewest faces of a person. */
  minFaces: number;
}

/** A face and where an export puts it. */
export interface ExportPath {
  face: number;
  path: string;
}

/**
 * Where each face goes: a folder for each person with files `Name_0001.jpg`, as LFW has it and `imageFolder` reads it. People of one
 * name share a folder, for they are one identity. Who has no name is called by a number.
 */
export function exportPaths(people: readonly Person[], {namedOnly, minFaces}: ExportChoice): ExportPath[] {
  const folders = new Map<string, {folder: string; faces: number[]}>();
  let unnamed = 0;
  for (const {name, faces} of people) {
    if (namedOnly && name === '') continue;
    const folder = name === '' ? `unnamed-${String(++unnamed).padStart(5, '0')}` : folderName(name);
    // Names that differ in case alone would be one folder on Windows and macOS.
    const known = folders.get(folder.toLowerCase());
    if (known) known.faces.push(...faces);
    else folders.set(folder.toLowerCase(), {folder, faces: [...faces]});
  }
  return [...folders.values()]
    .filter(({faces}) => faces.length >= minFaces)
    .flatMap(({folder, faces}) =>
      faces.map((face, i) => ({face, path: `${folder}/${folder}_${String(i + 1).padStart(4, '0')}.jpg`})),
    );
}

/** A name as a folder that every system takes. */
function folderName(name: string): string {
  const safe = name
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}<>:"/\\|?*]/gu, ' ')
    .trim()
    .replace(/\s+/g, '_')
    // No hidden folder, and no dot at the end, which Windows drops.
    .replace(/^\.+|\.+$/g, '');
  if (safe === '') return 'person';
  return /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(safe) ? `${safe}_` : safe.slice(0, 100);
}
