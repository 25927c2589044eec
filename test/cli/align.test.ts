import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import sharp from 'sharp';
import {afterAll, beforeAll, expect, it, vi} from 'vitest';
import {commands} from '../../cli/commands';
import {alignFace} from '../../src/data/align/alignFace';
import {writeFiles} from '../support/pictures';

/** Three people beside each other, from face-api's own package. */
const sample = fileURLToPath(
  new URL('../../node_modules/@vladmandic/face-api/demo/sample1.jpg', import.meta.url),
);

let folder = '';
let raw = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'align-'));
  raw = join(folder, 'raw');
  await writeFiles(raw, {
    'anna/three.jpg': await sharp(sample).resize(640).toBuffer(),
    'anna/broken.jpg': 'no picture',
    'anna/.hidden.jpg': 'no picture',
    'bob/far.jpg': await sharp(sample).resize(220).toBuffer(),
    'bob/nobody.png': await sharp({
      create: {width: 64, height: 64, channels: 3, background: 'gray'},
    })
      .png()
      .toBuffer(),
    'bob/phone.heic': 'a format that sharp does not decode',
    'bob/notes.txt': 'no photograph',
  });
});
afterAll(() => rm(folder, {recursive: true}));

/** Runs the command in this process, and gives what it prints as JSON. */
async function align(...words: string[]) {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    await commands.align('align', 'align').parseAsync(['--data', raw, '--json', ...words], {from: 'user'});
    return JSON.parse(print.mock.calls[0][0]);
  } finally {
    print.mockRestore();
  }
}

const linesOf = async (out: string) =>
  (await readFile(join(out, 'manifest.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));

it('writes a crop of the largest face, and says why others have none', async () => {
  const out = join(folder, 'largest');
  const summary = await align('--out', out);
  expect(summary).toMatchObject({
    out,
    photographs: 5,
    crops: 1,
    skipped: {unreadable: 1, 'small face': 1, 'no face': 1, 'unknown format': 1},
    before: 0,
  });
  const lines = await linesOf(out);
  expect(lines.map(({source, skipped}) => [source, skipped])).toEqual([
    ['anna/broken.jpg', 'unreadable'],
    ['anna/three.jpg', undefined],
    ['bob/far.jpg', 'small face'],
    ['bob/nobody.png', 'no face'],
    ['bob/phone.heic', 'unknown format'],
  ]);
  const [, {file, score, landmarks, residual}, {box: far}] = lines;
  expect([file, score > 0.9, residual < 8]).toEqual(['anna/three.jpg', true, true]);
  expect(far.width).toBeLessThan(40);
  // The same crop by hand, but for the rounding of points and JPEG.
  const photo = await sharp(join(raw, 'anna/three.jpg')).raw().toBuffer({resolveWithObject: true});
  const pixels = {data: new Uint8Array(photo.data), width: photo.info.width, height: photo.info.height};
  const expected = alignFace(pixels, landmarks);
  const crop = await sharp(join(out, file)).raw().toBuffer({resolveWithObject: true});
  expect([crop.info.width, crop.info.height]).toEqual([112, 112]);
  const difference = crop.data.reduce((sum, value, i) => sum + Math.abs(value - expected.data[i]), 0);
  expect(difference / crop.data.length).toBeLessThan(3);

  // A second run does nothing; where the last line is torn, that photograph is done again.
  const before = await readFile(join(out, 'manifest.jsonl'), 'utf8');
  expect(await align('--out', out)).toMatchObject({before: 5, crops: 1});
  expect(await readFile(join(out, 'manifest.jsonl'), 'utf8')).toBe(before);
  await writeFile(join(out, 'manifest.jsonl'), before.slice(0, -5));
  expect(await align('--out', out)).toMatchObject({before: 4, crops: 1});
  expect(await readFile(join(out, 'manifest.jsonl'), 'utf8')).toBe(before);
  await expect(align('--out', out, '--faces', 'all')).rejects.toThrow(
    `--out: ${out} has crops that were made with other options`,
  );
});

it('writes all faces of a photograph from left to right, over what was there', async () => {
  const out = join(folder, 'all');
  await align('--out', out, '--min-face', '1000').catch(({message}) =>
    expect(message).toContain('no face was taken'),
  );
  await writeFiles(out, {'anna/mine.txt': 'stays'});
  const summary = await align('--out', out, '--faces', 'all', '--min-face', '60', '--overwrite');
  expect(summary.crops).toBe(3);
  const crops = (await linesOf(out)).filter(({file}) => file);
  expect(crops.map(({file}) => file)).toEqual(['anna/three-1.jpg', 'anna/three-2.jpg', 'anna/three-3.jpg']);
  const largest = crops.reduce((a, b) => (a.box.width * a.box.height > b.box.width * b.box.height ? a : b));
  const [, alone] = await linesOf(join(folder, 'largest'));
  expect(largest.landmarks).toEqual(alone.landmarks);
  const places = crops.map(({box}) => box.x);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect((await readdir(join(out, 'anna'))).sort()).toEqual([
    'mine.txt',
    'three-1.jpg',
    'three-2.jpg',
    'three-3.jpg',
  ]);
});

it('ends with code 130 after Ctrl-C, with what is done in the manifest, and goes on', async () => {
  const out = join(folder, 'stopped');
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const words = ['align', '--data', raw, '--out', out, '--backend', 'wasm'];
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...words], {cwd: root});
  let error = '';
  child.stderr.on('data', data => {
    error += data;
  });
  const watch = setInterval(() => {
    if (!existsSync(join(out, 'manifest.jsonl'))) return;
    // Once: a second one ends the process at once.
    clearInterval(watch);
    child.kill('SIGINT');
  }, 10);
  const code = await new Promise(resolve => child.on('close', resolve));
  clearInterval(watch);
  expect(error).toContain('Stopped. The same command goes on');
  expect(code).toBe(130);
  const before = (await linesOf(out)).length;
  expect(before).toBeGreaterThan(0);
  expect(before).toBeLessThan(5);
  expect(await align('--out', out)).toMatchObject({before, photographs: 5, crops: 1});
});
