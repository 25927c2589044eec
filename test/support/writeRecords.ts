/** Writes RecordIO as dmlc's `RecordIOWriter` does, to read back. */

const magicBytes = Buffer.from([0x0a, 0x23, 0xd7, 0xce]);

function part(kind: number, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  magicBytes.copy(head);
  head.writeUInt32LE(kind * 2 ** 29 + content.length, 4);
  return Buffer.concat([head, content, Buffer.alloc((4 - (content.length % 4)) % 4)]);
}

/** One record, cut where the magic number stands at a multiple of four bytes of it. */
export function record(content: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let start = 0;
  for (let at = 0; at + 4 <= content.length; at += 4) {
    if (content.subarray(at, at + 4).equals(magicBytes)) {
      pieces.push(content.subarray(start, at));
      start = at + 4;
    }
  }
  pieces.push(content.subarray(start));
  if (pieces.length === 1) return part(0, content);
  return Buffer.concat(pieces.map((piece, i) => part(i === 0 ? 1 : i === pieces.length - 1 ? 3 : 2, piece)));
}

/** The content of an image record: `recordio.pack(IRHeader(flag, label, id, 0), image)`. */
export function imageContent(labels: number | number[], image: Uint8Array, id = 0): Buffer {
  const several = Array.isArray(labels) ? labels : [];
  const head = Buffer.alloc(24 + 4 * several.length);
  head.writeUInt32LE(several.length, 0);
  if (!Array.isArray(labels)) head.writeFloatLE(labels, 4);
  head.writeBigUInt64LE(BigInt(id), 8);
  for (const [i, label] of several.entries()) head.writeFloatLE(label, 24 + 4 * i);
  return Buffer.concat([head, image]);
}

/** A file of records, and the text of its index. */
export function recordFile(contents: Buffer[]): {rec: Buffer; idx: string} {
  const records = contents.map(record);
  let offset = 0;
  const lines = records.map(({length}, i) => {
    offset += length;
    return `${i}\t${offset - length}\n`;
  });
  return {rec: Buffer.concat(records), idx: lines.join('')};
}

/** A training set in InsightFace's layout: the head, the images, the range of each identity. `people` are images each. */
export function insightFace(people: Uint8Array[][]): {rec: Buffer; idx: string} {
  const images = people.flatMap((own, label) => own.map(image => ({image, label})));
  const end = images.length + 1;
  let next = 1;
  return recordFile([
    imageContent([end, end + people.length], Buffer.alloc(0)),
    ...images.map(({image, label}, i) => imageContent(label, image, i + 1)),
    ...people.map(own => {
      next += own.length;
      return imageContent([next - own.length, next], Buffer.alloc(0));
    }),
  ]);
}
