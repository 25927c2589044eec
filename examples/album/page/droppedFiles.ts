/** A file and where it lay in what was dropped. */
export interface DroppedFile {
  name: string;
  file: File;
}

/** All files of a drop, those of folders in them too, in the order of their names. */
export async function droppedFiles({items, files}: DataTransfer): Promise<DroppedFile[]> {
  // Taken at once: the browser forgets them when the event is over.
  const entries = [...items].map(item => item.webkitGetAsEntry()).filter(entry => entry !== null);
  if (entries.length === 0) return [...files].map(file => ({name: file.name, file}));
  const found = await Promise.all(entries.map(filesOf));
  return found.flat();
}

async function filesOf(entry: FileSystemEntry): Promise<DroppedFile[]> {
  const name = entry.fullPath.replace(/^\//, '');
  if (isFile(entry))
    return [{name, file: await new Promise((resolve, reject) => entry.file(resolve, reject))}];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives a hundred at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    found.push(...some);
  }
  found.sort((one, other) => (one.name < other.name ? -1 : 1));
  const files: DroppedFile[] = [];
  // Some at once: each takes the browser a while. All at once would hold the page up.
  for (let from = 0; from < found.length; from += 50) {
    files.push(...(await Promise.all(found.slice(from, from + 50).map(filesOf))).flat());
  }
  return files;
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
