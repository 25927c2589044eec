import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {basename, join} from 'node:path';
import {compact} from 'face-margins';
import {seededRandom} from 'face-margins/data';
import {saveModelFolder} from 'face-margins/node';
import sharp from 'sharp';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {commands} from '../../cli/commands';
import {useBackend} from '../../src/backend/useBackend';
import {writeFiles} from '../support/pictures';

/** Images of each person: a pattern of its own, three times the same. */
const people = {ann: 3, bo: 3, cy: 3, dee: 1};

let folder = '';
let model = '';
let faces = '';

beforeAll(async () => {
  await useBackend('cpu');
  folder = await mkdtemp(join(tmpdir(), 'people-'));
  [model, faces] = [join(folder, 'model'), join(folder, 'faces')];
  const network = compact({embeddingSize: 32, inputShape: [16, 16, 3], seed: 1});
  await saveModelFolder(network, model, {normalize: {mean: 127.5, deviation: 127.5}});
  for (const [number, [name, images]] of Object.entries(people).entries()) {
    const random = seededRandom(7, number);
    const pattern = Uint8Array.from({length: 16 * 16 * 3}, () => Math.floor(256 * random()));
    const picture = await sharp(pattern, {raw: {width: 16, height: 16, channels: 3}})
      .png()
      .toBuffer();
    for (let i = 0; i < images; i++) await writeFiles(faces, {[`${name}/${i}.png`]: picture});
  }
});
afterAll(() => rm(folder, {recursive: true}));

/** Runs a command in this process, and gives the lines it prints. */
async function printed(name: keyof typeof commands, ...words: string[]): Promise<string[]> {
  const print = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    const command = commands[name](name, name);
    await command.parseAsync(['--model', model, '--backend', 'cpu', ...words], {from: 'user'});
    return print.mock.calls.map(([line]) => line);
  } finally {
    print.mockRestore();
    say.mockRestore();
  }
}

describe('cluster', () => {
  it('puts equal images together, and copies the largest clusters first', async () => {
    const out = join(folder, 'clusters');
    const [line] = await printed(
      'cluster',
      faces,
      '--threshold',
      '0.9999',
      '--min-images',
      '2',
      '--truth',
      '--json',
      '--out',
      out,
    );
    const {clusters, aside, truth, images} = JSON.parse(line);
    expect([clusters, aside]).toEqual([3, 1]);
    // Each image with all of its folder, and with no other: a perfect agreement.
    expect(truth.bCubed.f).toBe(1);
    for (const group of images) expect(new Set(group.map((name: string) => name.at(-7))).size).toBe(1);
    expect((await readdir(out)).sort()).toEqual(['person-001', 'person-002', 'person-003']);
    // The images of a folder keep their names.
    expect((await readdir(join(out, 'person-001'))).sort()).toEqual(['0.png', '1.png', '2.png']);
    await expect(printed('cluster', faces, '--out', out)).rejects.toThrow('must be empty or not there yet');
  });

  it('prints a line for each image', async () => {
    const lines = (await printed('cluster', faces, '--threshold', '-1')).map(line => JSON.parse(line));
    expect(lines).toHaveLength(10);
    expect(new Set(lines.map(({cluster}) => cluster))).toEqual(new Set([0]));
  });

  it('tells images of one name apart', async () => {
    const out = join(folder, 'one');
    await printed('cluster', faces, '--threshold', '-1', '--out', out);
    const names = await readdir(join(out, 'person-001'));
    expect(names.sort()).toEqual([
      ...['0-2.png', '0-3.png', '0-4.png', '0.png'],
      ...['1-2.png', '1-3.png', '1.png'],
      ...['2-2.png', '2-3.png', '2.png'],
    ]);
  });
});

describe('search', () => {
  it('enrolls people in a file, and finds, replaces and removes them', async () => {
    const index = join(folder, 'index.safetensors');
    const face = (person: string) => join(faces, person, '0.png');
    const enroll = ['--index', index, '--enroll', faces, '--json'];
    expect(JSON.parse((await printed('search', ...enroll))[0])).toMatchObject({people: 4, templates: 10});
    expect(JSON.parse((await printed('search', ...enroll))[0])).toMatchObject({people: 4, templates: 10});
    const [line] = await printed(
      'search',
      '--index',
      index,
      '--image',
      face('bo'),
      face('dee'),
      '--top',
      '1',
      '--json',
    );
    const {found} = JSON.parse(line);
    expect(
      found.map(({image, people: [best]}: {image: string; people: {id: string; cosine: number}[]}) => [
        image,
        best.id,
        best.cosine,
      ]),
    ).toEqual([
      [face('bo'), 'bo', expect.closeTo(1, 5)],
      [face('dee'), 'dee', expect.closeTo(1, 5)],
    ]);
    const words = ['--index', index, '--remove', 'bo', '--threshold', '0.99999', '--image', face('bo')];
    expect(await printed('search', ...words)).toEqual([
      '3 faces of bo are removed.',
      `${index} holds 7 faces of 3 people.`,
      `${face('bo')}: nobody in the index`,
    ]);
    await expect(printed('search', '--index', join(folder, 'none'), '--image', face('bo'))).rejects.toThrow(
      'must be an index, but is not there: make it by --enroll.',
    );
  });
});

describe('evaluate', () => {
  it('writes the page and the figures of a protocol', async () => {
    const out = join(folder, 'evaluated');
    const [line] = await printed(
      'evaluate',
      '--protocol',
      'retrieval',
      '--images',
      faces,
      '--out',
      out,
      '--json',
    );
    // The nearest of each image with a mate is its copy.
    expect(JSON.parse(line)).toMatchObject({
      protocol: 'retrieval',
      queries: 9,
      precisionAt1: 1,
      rPrecision: 1,
    });
    expect(JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))).toEqual(JSON.parse(line));
    expect(await readFile(join(out, 'index.html'), 'utf8')).toContain(basename(model));
  });
});
