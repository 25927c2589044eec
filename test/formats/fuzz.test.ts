import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {type Random, seededRandom} from '../../src/base/random';
import {DataFormatError} from '../../src/formats/dataFormatError';
import {faceRecords, recordImage} from '../../src/formats/faceRecords';
import {parseBmp} from '../../src/formats/parseBmp';
import {parseIdx} from '../../src/formats/parseIdx';
import {parseFacePoints, parseTemplateImages, parseTemplatePairs} from '../../src/formats/parseIjbMeta';
import {parsePairList} from '../../src/formats/parsePairList';
import {parsePairs} from '../../src/formats/parsePairs';
import {parsePnm} from '../../src/formats/parsePnm';
import {parseRecordIndex, scanRecords} from '../../src/formats/parseRecordIndex';
import {parseTorchCheckpoint} from '../../src/formats/parseTorchCheckpoint';
import {parseVerificationBin} from '../../src/formats/parseVerificationBin';
import {bytesSource} from '../../src/formats/recordIo';
import {allocatedBy} from '../support/allocatedBy';
import {bmpBytes} from '../support/bmpBytes';
import {idxBytes} from '../support/idxBytes';
import {randomBytes} from '../support/random';
import {insightFace} from '../support/writeRecords';

/*
 * Damages files at random, each damage named by its number: every one must load or throw DataFormatError, soon, and without
 * taking memory on the file's word. `npm run fuzz` runs ten thousand for each format in place of a few hundred.
 */
const rounds = Number(process.env.FACE_MARGINS_FUZZ ?? 300);

const {rec, idx} = insightFace([
  [randomBytes(60, 1), Buffer.concat([Buffer.from([0x0a, 0x23, 0xd7, 0xce]), randomBytes(32, 2)])],
  [randomBytes(200, 3)],
  [randomBytes(31, 4), randomBytes(8, 5)],
]);
const pickles: {sets: Record<string, string>; refused: Record<string, string>} = JSON.parse(
  readFileSync(new URL('../fixtures/data/pickles.json', import.meta.url), 'utf8'),
);
const bins = [...Object.values(pickles.sets), ...Object.values(pickles.refused)].map(base64 =>
  Uint8Array.from(Buffer.from(base64, 'base64')),
);
const checkpoints = ['state', 'state-legacy', 'checkpoint', 'module'].map(
  name => new Uint8Array(readFileSync(new URL(`../fixtures/formats/torch-${name}.pth`, import.meta.url))),
);
const pairs = `2\t2\n${'Ann\t1\t2\nBob Lee\t3\t4\nAnn\t1\tBob Lee\t2\nZoé\t1\tAnn\t3\n'.repeat(2)}`;
const pairLists = [
  'Ann/1.jpg Ann/2.jpg 1\nAnn/1.jpg Bob/1.jpg 0\n',
  '1\tAnn/1.jpg\tAnn/2.jpg\n0\tAnn/1.jpg\tBob/1.jpg\n',
  'Ann_0001.jpg 1\nAnn_0002.jpg 1\nAnn_0001.jpg 0\nBob_0001.jpg 0\n',
  'image1,image2,label,fold\n"Ann, 1.jpg",b.jpg,0,1\na.jpg,b.jpg,1,2\n',
  'sep=;\nimage1;image2;label\n"Ann; 1.jpg";b.jpg;0\na.jpg;b.jpg;1\n',
].map(list => Buffer.from(list));
const pictures = ['P2 2 2 15 1 2 3 4', 'P3 1 1 255 1 2 3', 'P5 2 2 255 abcd', 'P6 1 1 65535 abcdef'].map(
  picture => Buffer.from(picture),
);
const bitmaps = [8, 24, 32].map(bits =>
  bmpBytes({width: 2, height: 2, bits, palette: Array(1024).fill(7), pixels: Array(bits).fill(9)}),
);
const digits = idxBytes([2, 3, 2], randomBytes(12, 6));

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const read = (rec: Uint8Array, index?: string) => {
  const source = bytesSource('x.rec', rec);
  const records = index === undefined ? scanRecords(source) : parseRecordIndex(index, 'x.idx', rec.length);
  const {offsets} = faceRecords(source, records);
  return Array.from(offsets, offset => recordImage(source, offset));
};

const formats: [name: string, files: Uint8Array[], load: (bytes: Uint8Array) => unknown][] = [
  ['.rec with its .idx', [rec], bytes => read(bytes, idx)],
  ['.rec alone', [rec], bytes => read(bytes)],
  ['.idx', [Buffer.from(idx)], bytes => read(rec, text(bytes))],
  ['.bin', bins, bytes => parseVerificationBin(bytes, 'x.bin', {folds: 1})],
  ['.pth', checkpoints, bytes => parseTorchCheckpoint(bytes, 'x.pth')],
  ['pairs.txt', [Buffer.from(pairs)], bytes => parsePairs(text(bytes), 'pairs.txt')],
  ['a list of pairs', pairLists, bytes => parsePairList(text(bytes), 'pairs.txt')],
  ['PGM and PPM', pictures, bytes => parsePnm(bytes, 'x.ppm')],
  ['BMP', bitmaps, bytes => parseBmp(bytes, 'x.bmp')],
  ['IDX', [digits], bytes => parseIdx(bytes, 'x')],
  [
    'face_tid_mid.txt',
    [Buffer.from('1.jpg 1 69544\n2.jpg 17 5\n')],
    bytes => parseTemplateImages(bytes, 'x'),
  ],
  ['template_pair_label.txt', [Buffer.from('1 11065 1\n17 2 0\n')], bytes => parseTemplatePairs(bytes, 'x')],
  [
    'name_5pts_score.txt',
    [Buffer.from('1.jpg 30.3 51.7 65.5 51.5 48 71.7 33.5 92.4 62.7 92.2 0.99\n')],
    bytes => parseFacePoints(bytes, 'x'),
  ],
];

/** One to four of: bytes changed, bits turned, a run cut out, doubled or overwritten with extreme values, the end cut off. */
function damaged(file: Uint8Array, random: Random): Uint8Array {
  const below = (n: number) => Math.floor(n * random());
  let bytes = Uint8Array.from(file);
  for (let i = below(4); i >= 0; i--) {
    const at = below(bytes.length);
    const end = Math.min(bytes.length, at + 1 + below(12));
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(end)];
    const kind = below(7);
    if (kind === 0) bytes[at] = below(256);
    else if (kind === 1) bytes[at] ^= 1 << below(8);
    else if (kind === 2) bytes = Uint8Array.from([...before, ...after]);
    else if (kind === 3)
      bytes = Uint8Array.from([...bytes.subarray(0, end), ...bytes.subarray(at, end), ...after]);
    else if (kind === 4) bytes.fill([0, 0xff, 0x7f, 0x80][below(4)], at, end);
    else if (kind === 5) bytes = bytes.slice(0, at);
    else
      bytes = Uint8Array.from([
        ...before,
        ...randomBytes(1 + below(8), below(2 ** 30)),
        ...bytes.subarray(at),
      ]);
    if (bytes.length === 0) break;
  }
  return bytes;
}

/** What may be allocated for a file: arrays of numbers take eight bytes for each of its bytes, and some are made on the way. */
const budgetOf = (bytes: Uint8Array) => 1024 + 8 * bytes.length;

it('tells a parser that believes a length', async () => {
  const file = Uint8Array.from([0, 0, 8, 1, 0, 1, 0, 0, ...randomBytes(12, 6)]);
  const claimed = new DataView(file.buffer).getUint32(4);
  const believers = [
    () => new Uint8Array(claimed),
    () => Float32Array.from({length: claimed}, () => 0),
    () => Array.from({length: claimed}, () => 0),
    () => new Array<number>(claimed),
    () => new Float64Array(new ArrayBuffer(claimed)),
  ];
  for (const parse of believers) expect(await allocatedBy(parse)).toBeGreaterThan(budgetOf(file));
  expect(await allocatedBy(() => parseIdx(digits, 'x'))).toBeLessThan(budgetOf(digits));
});

describe.each(formats)('%s, damaged at random', (name, files, load) => {
  it(`loads or throws DataFormatError (${rounds} times)`, async () => {
    let [loaded, refused, slowest, largest] = [0, 0, 0, 0];
    for (let round = 0; round < rounds; round++) {
      const random = seededRandom(5, round);
      const bytes = damaged(files[Math.floor(random() * files.length)], random);
      const start = performance.now();
      let failure: unknown;
      const allocated = await allocatedBy(async () => {
        try {
          await load(bytes);
        } catch (error) {
          failure = error;
        }
      });
      if (failure === undefined) loaded++;
      else if (failure instanceof DataFormatError) refused++;
      else throw new Error(`round ${round} of ${name}: ${failure}`, {cause: failure});
      slowest = Math.max(slowest, performance.now() - start);
      largest = Math.max(largest, allocated / budgetOf(bytes));
    }
    if (process.env.FACE_MARGINS_FUZZ)
      console.log(
        `${name}: ${loaded} loaded, ${refused} refused, slowest ${slowest.toFixed(1)} ms, at most ${(100 * largest).toFixed(0)} % of the memory allowed`,
      );
    expect(loaded + refused).toBe(rounds);
    expect(refused).toBeGreaterThan(rounds / 20);
    expect(slowest).toBeLessThan(2000);
    expect(largest).toBeLessThan(1);
  });
});
