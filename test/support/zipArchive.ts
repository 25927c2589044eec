/** A file of an archive that a test makes. */
export interface ArchivedFile {
  name: string;
  /** Of one byte for each character. */
  content: string;
  method?: number;
  /** Extra fields of the entry in the directory. */
  extra?: number[];
  /** Of the header before the content. */
  localExtra?: number[];
  comment?: string;
  /** Numbers that are written in place of the true ones. */
  sizes?: [size: number, whole: number, offset: number];
}

const u16 = (value: number) => [value & 255, value >>> 8];
const u32 = (value: number) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24];
const u64 = (value: number) => [...u32(value), 0, 0, 0, 0];
const text = (value: string) => [...new TextEncoder().encode(value)];

/** A ZIP archive by the layout of PKWARE's APPNOTE 4.3, with its ZIP64 records where asked for. */
export function zipArchive(
  files: ArchivedFile[],
  {comment = '', wide = false, before = [] as number[]} = {},
): Uint8Array {
  const bytes = [...before];
  const directory: number[] = [];
  for (const {name, content, method = 0, extra = [], localExtra = [], comment = '', sizes} of files) {
    const own = Array.from(content, character => character.charCodeAt(0));
    const size = own.length;
    const [stored, whole, offset] = sizes ?? [size, size, bytes.length];
    const common = [
      ...u16(20),
      ...u16(0),
      ...u16(method),
      ...u32(0),
      ...u32(0),
      ...u32(stored),
      ...u32(whole),
    ];
    const lengths = (more: number[]) => [...u16(text(name).length), ...u16(more.length)];
    directory.push(
      ...[...u32(0x02014b50), ...u16(20), ...common, ...lengths(extra), ...u16(comment.length)],
      ...[...u16(0), ...u16(0), ...u32(0), ...u32(offset), ...text(name), ...extra, ...text(comment)],
    );
    bytes.push(...u32(0x04034b50), ...common, ...lengths(localExtra), ...text(name), ...localExtra, ...own);
  }
  const at = bytes.length;
  bytes.push(...directory);
  if (wide) {
    const place = bytes.length;
    bytes.push(...u32(0x06064b50), ...u64(44), ...u16(45), ...u16(45), ...u32(0), ...u32(0));
    bytes.push(...u64(files.length), ...u64(files.length), ...u64(directory.length), ...u64(at));
    bytes.push(...u32(0x07064b50), ...u32(0), ...u64(place), ...u32(1));
  }
  const [count, offset] = wide ? [0xffff, 0xffffffff] : [files.length, at];
  bytes.push(
    ...u32(0x06054b50),
    ...u16(0),
    ...u16(0),
    ...u16(count),
    ...u16(count),
    ...u32(directory.length),
  );
  bytes.push(...u32(offset), ...u16(comment.length), ...text(comment));
  return Uint8Array.from(bytes);
}
