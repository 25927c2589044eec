import {open} from 'node:fs/promises';

/** The head of a record and its length: magic number, length, labels, label, two ids. */
const imageSize = 8 + 24 + 4;
const rangeSize = 8 + 24 + 8;

/** Where the second half of the images begins: offsets beyond 32 bits, in a hole that takes no space. */
const middle = 100e9;

/**
 * Writes a training set in InsightFace's layout with millions of images, each of four bytes that show nothing: `train.rec` and
 * `train.idx`.
 *
 * @param perPerson The images of each identity.
 */
export async function writeManyRecords(folder: string, images: number, perPerson: number): Promise<void> {
  const people = Math.ceil(images / perPerson);
  const rec = await open(`${folder}/train.rec`, 'w');
  const idx = await open(`${folder}/train.idx`, 'w');
  let [number, position] = [0, 0];
  const write = async (count: number, size: number, fill: (bytes: Buffer, at: number, i: number) => void) => {
    for (let done = 0; done < count; done += 100_000) {
      const some = Math.min(100_000, count - done);
      const bytes = Buffer.alloc(some * size);
      let lines = '';
      for (let i = 0; i < some; i++) {
        bytes.writeUInt32LE(0xced7230a, i * size);
        bytes.writeUInt32LE(size - 8, i * size + 4);
        fill(bytes, i * size, done + i);
        lines += `${number++}\t${position + i * size}\n`;
      }
      await rec.write(bytes, 0, bytes.length, position);
      await idx.write(lines);
      position += bytes.length;
    }
  };
  const range = (from: number, to: number) => (bytes: Buffer, at: number) => {
    bytes.writeUInt32LE(2, at + 8);
    bytes.writeFloatLE(from, at + 32);
    bytes.writeFloatLE(to, at + 36);
  };
  const image = (bytes: Buffer, at: number, i: number) =>
    bytes.writeFloatLE(Math.floor(i / perPerson), at + 12);
  await write(1, rangeSize, range(images + 1, images + 1 + people));
  const half = Math.floor(images / 2);
  await write(half, imageSize, image);
  position = middle;
  await write(images - half, imageSize, (bytes, at, i) => image(bytes, at, half + i));
  await write(people, rangeSize, (bytes, at, i) =>
    range(1 + i * perPerson, Math.min(1 + (i + 1) * perPerson, images + 1))(bytes, at),
  );
  await rec.close();
  await idx.close();
}
