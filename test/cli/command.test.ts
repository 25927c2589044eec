import {spawn} from 'node:child_process';
import {mkdir, mkdtemp, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import {compact, forInference, importWeights, modelFacts} from 'face-margins';
import {imageFolder, loadModelFolder, saveModelFolder} from 'face-margins/node';
import sharp from 'sharp';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {backbones} from '../../cli/backbones';
import {commands} from '../../cli/commands';
import {heads} from '../../cli/heads';
import {backboneNames, headNames} from '../../cli/names';
import {useBackend} from '../../src/backend/useBackend';
import {plain, writeFiles} from '../support/pictures';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Ended {
  code: number | null;
  out: string;
  error: string;
}

/** Runs `face-margins` without a terminal. `onOutput` sees what it prints. */
function run(words: string[], onOutput?: (child: ReturnType<typeof spawn>) => void): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'cli/main.ts', ...words], {cwd: root});
  let [out, error] = ['', ''];
  child.stdout.on('data', data => {
    out += data;
    onOutput?.(child);
  });
  child.stderr.on('data', data => {
    error += data;
  });
  return new Promise(resolve => child.on('close', code => resolve({code, out, error})));
}

let folder = '';
let model = '';
let faces = '';

beforeAll(async () => {
  await useBackend('wasm');
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  [model, faces] = [join(folder, 'model'), join(folder, 'faces')];
  const network = compact({embeddingSize: 64, inputShape: [16, 16, 3], seed: 1});
  await saveModelFolder(network, model, {normalize: {mean: 0, deviation: 255}, training: {head: 'none'}});
  for (let person = 0; person < 6; person++) {
    for (let i = 0; i < 3; i++) {
      const picture = await plain(`rgb(${40 * person}, ${70 * i}, 90)`, 'png', 16);
      await writeFiles(faces, {[`person ${person}/${i}.png`]: picture});
    }
  }
});
afterAll(() => rm(folder, {recursive: true}));

const face = (person: number, i: number) => join(faces, `person ${person}`, `${i}.png`);

describe('help', () => {
  it.each(Object.keys(commands))('of %s fits 80 columns, and says what every option is', name => {
    const command = commands[name](name, name);
    command.configureHelp({helpWidth: 80});
    const lines = command.helpInformation().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^Usage: ${name}\\b`));
    expect(lines.filter(line => line.length > 80)).toEqual([]);
    for (const option of command.options) expect(option.description).not.toBe('');
  });

  it('names every network and head that there is', () => {
    expect(Object.keys(backbones)).toEqual([...backboneNames]);
    expect(Object.keys(heads)).toEqual([...headNames]);
  });

  it('of all is printed, and the version', async () => {
    const [help, version] = await Promise.all([run(['--help']), run(['--version'])]);
    expect(help).toMatchObject({code: 0, error: ''});
    for (const name of Object.keys(commands)) expect(help.out).toContain(`\n  ${name} `);
    expect(help.out.split('\n').filter(line => line.length > 80)).toEqual([]);
    const {version: expected} = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
    expect(version).toEqual({code: 0, out: `${expected}\n`, error: ''});
  });
});

describe('what is wrong', () => {
  it.each([
    [['vrify'], 2, "error: unknown command 'vrify'\n(Did you mean verify?)"],
    [
      ['verify', '--model', 'LICENSE', '--pairs', 'LICENSE', '--modle', '.'],
      2,
      "error: unknown option '--modle'\n(Did you mean --model?)\n(face-margins verify --help",
    ],
    [['compare', '--model', 'LICENSE', 'LICENSE'], 2, "error: missing required argument 'second'"],
    [
      ['verify', '--model', 'no such', '--pairs', 'LICENSE'],
      2,
      "'no such' is invalid. There is nothing at this path; give",
    ],
    [['doctor', 'surplus'], 2, 'error: too many arguments'],
    [
      ['export', '--model', 'LICENSE', '--opset', '9', 'x.onnx'],
      2,
      'It must be a whole number from 13 to 17.',
    ],
    [['train', '--resume', '--overwrite'], 2, 'give one of the two'],
    [
      ['embed', '--backend', 'cpu', '--model', 'package.json', 'LICENSE'],
      1,
      'package.json is not the model.json of a model that TensorFlow.js saved',
    ],
    [[], 2, 'Usage: face-margins <command> [options]'],
  ])('%j ends with code %i, and says what', async (words, code, message) => {
    const ended = await run(words);
    expect(ended.out).toBe('');
    expect(ended.error).toContain(message);
    expect(ended.error).not.toMatch(/^\s+at /m);
    expect(ended.code).toBe(code);
  });
});

describe('compare', () => {
  it('takes pixels as the model says, and prints a verdict or JSON', async () => {
    const words = ['compare', '--model', model, '--backend', 'cpu', face(0, 0), face(5, 2)];
    const [text, json, wrong] = await Promise.all([
      run(words),
      run([...words, '--json', '--threshold', '0.5']),
      run([...words, '--deviation', '128']),
    ]);
    expect(text).toMatchObject({code: 0});
    const printed = JSON.parse(json.out);
    expect(printed).toEqual({
      cosine: expect.any(Number),
      threshold: 0.5,
      source: 'given',
      same: printed.cosine >= 0.5,
    });
    expect(text.out).toContain(`cosine ${printed.cosine.toFixed(4)}`);
    // The same by hand, in the backend of this process.
    const network = await loadModelFolder(model);
    const {images} = await imageFolder(faces, {size: 16});
    const of = async (name: string) => {
      const pixels = await images.pixels(
        images.names.findIndex(each => each.replaceAll('\\', '/').endsWith(name)),
      );
      return tf.tidy(() =>
        (
          network.predict(
            tf.tensor4d(
              Float32Array.from(pixels, x => x / 255),
              [1, 16, 16, 3],
            ),
          ) as tf.Tensor
        ).dataSync(),
      );
    };
    const [a, b] = [await of('person 0/0.png'), await of('person 5/2.png')];
    const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
      Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0);
    expect(printed.cosine).toBeCloseTo(dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b)), 4);
    expect(wrong.code).toBe(1);
    expect(wrong.error).toContain(
      '--mean and --deviation must be what the model says, 0 and 255 (rgb), or be left out, but are 127.5 and 128.',
    );
  });
});

describe('verify', () => {
  it('prints figures as JSON, and writes them with pictures', async () => {
    const pairs = ['2\t2'];
    for (let fold = 0; fold < 2; fold++) {
      for (let i = 0; i < 2; i++) pairs.push(`person ${2 * fold + i}\t0\t1`);
      for (let i = 0; i < 2; i++) pairs.push(`person ${2 * fold + i}\t0\tperson 5\t${i}`);
    }
    const list = join(folder, 'list.txt');
    const named = Array.from({length: 4}, (_, i) => [
      `person ${i}/0.png person ${i}/1.png 1`.replaceAll('person ', 'person_'),
      `person ${i}/0.png person 5/${i % 3}.png 0`.replaceAll('person ', 'person_'),
    ]).flat();
    const renamed = join(folder, 'renamed');
    for (let person = 0; person < 6; person++) {
      for (let i = 0; i < 3; i++) {
        await mkdir(join(renamed, `person_${person}`), {recursive: true});
        await writeFile(join(renamed, `person_${person}`, `${i}.png`), await readFile(face(person, i)));
      }
    }
    await writeFile(list, `${named.join('\n')}\n`);
    const out = join(folder, 'verified');
    const {
      code,
      out: printed,
      error,
    } = await run([
      'verify',
      '--model',
      model,
      '--pairs',
      list,
      '--images',
      renamed,
      '--backend',
      'cpu',
      '--json',
      '--out',
      out,
    ]);
    expect(error).toBe('');
    expect(code).toBe(0);
    const results = JSON.parse(printed);
    expect(results).toMatchObject({genuine: 4, impostors: 4, mean: 0, deviation: 255, backend: 'cpu'});
    expect(JSON.parse(await readFile(join(out, 'results.json'), 'utf8'))).toEqual(results);
    for (const picture of ['roc.svg', 'scores.svg']) {
      expect(await readFile(join(out, picture), 'utf8')).toContain('<svg');
    }
  });
});

describe('embed', () => {
  it('prints a line for each image, or writes a file', async () => {
    const words = ['embed', '--model', model, '--backend', 'cpu', '--unit-length'];
    const [npy, csv] = [join(folder, 'e.npy'), join(folder, 'e.csv')];
    const [lines, ...files] = await Promise.all([
      run([...words, faces]),
      run([...words, '--out', npy, join(faces, 'person 0')]),
      run([...words, '--out', csv, face(0, 0), face(0, 1)]),
    ]);
    expect(lines).toMatchObject({code: 0, error: ''});
    const rows = lines.out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(rows).toHaveLength(18);
    for (const {embedding} of rows) expect(Math.hypot(...embedding)).toBeCloseTo(1, 5);
    expect(files.map(({code, out}) => [code, out])).toEqual([
      [0, ''],
      [0, ''],
    ]);
    expect(files[0].error).toContain(`3 embeddings of 64 numbers are in ${npy}`);
    const bytes = await readFile(npy);
    // NumPy's own description of the form: magic, version, length of the header, header, numbers.
    const header = bytes.readUInt16LE(8);
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]));
    expect((10 + header) % 64).toBe(0);
    expect(bytes.subarray(10, 10 + header).toString('latin1')).toMatch(
      /^\{'descr': '<f4', 'fortran_order': False, 'shape': \(3, 64\), \} *\n$/,
    );
    const numbers = new Float32Array(Uint8Array.from(bytes.subarray(10 + header)).buffer);
    expect([...numbers.subarray(0, 64)]).toEqual(
      rows.find(({name}) => /person 0.0\.png$/.test(name)).embedding,
    );
    expect((await readFile(npy.replace('npy', 'txt'), 'utf8')).trimEnd().split('\n')).toHaveLength(3);
    const [first] = (await readFile(csv, 'utf8')).split('\n');
    expect(first.split(',').slice(1).map(Number)).toEqual([...numbers.subarray(0, 64)]);
  });

  it('ends quietly where what reads its lines ends', async () => {
    const many = Array.from({length: 300}, (_, i) => face(i % 6, i % 3));
    const {code, error} = await run(['embed', '--model', model, '--backend', 'cpu', ...many], child =>
      child.stdout?.destroy(),
    );
    expect(error).not.toMatch(/EPIPE|Error/);
    expect(code).toBe(0);
  });
});

describe('a photograph in place of an aligned face', () => {
  const hint = (path: string) =>
    `${path} is 32 × 24, and aligned faces are 16 × 16. \`face-margins align\` makes aligned faces of photographs; without it results are poor.\n`;

  it('is used with a hint, alone or in a folder', async () => {
    const photographs = join(folder, 'photographs');
    const wide = await sharp(await plain('red', 'png', 32))
      .resize(32, 24)
      .png()
      .toBuffer();
    await writeFiles(photographs, {'a/1.png': wide, 'b/1.png': wide});
    const first = join(photographs, 'a', '1.png');
    const words = ['--model', model, '--backend', 'cpu'];
    const ended = await Promise.all([
      run(['compare', ...words, face(0, 0), first]),
      run(['embed', ...words, photographs]),
      run(['embed', ...words, first, face(0, 0)]),
    ]);
    expect(ended.map(({code, error}) => [code, error])).toEqual(ended.map(() => [0, hint(first)]));
  });
});

describe('export', () => {
  it('writes ONNX, safetensors and folders that say the same of the model', async () => {
    const [onnx, tensors, saved] = ['m.onnx', 'm.safetensors', 'saved'].map(name => join(folder, name));
    const ended = await Promise.all(
      [[onnx, '--precision', 'int8', '--pixels'], [tensors], [saved]].map(words =>
        run(['export', '--model', model, '--json', ...words]),
      ),
    );
    for (const {code, out, error} of ended) {
      expect([code, error]).toEqual([0, '']);
      expect(JSON.parse(out)).toMatchObject({
        imageSize: [16, 16],
        embeddingSize: 64,
        normalize: {mean: 0, deviation: 255},
      });
    }
    const network = () => forInference(compact({embeddingSize: 64, inputShape: [16, 16, 3]}));
    const again = network();
    expect(await importWeights(again, await readFile(onnx))).toEqual({normalize: {mean: 0, deviation: 255}});
    expect(modelFacts(again).training).toEqual({head: 'none'});
    expect(modelFacts(await loadModelFolder(saved)).training).toEqual({head: 'none'});
  });
});

describe('init', () => {
  it('writes a program that trains, and takes the place of none', async () => {
    // Within the project, so that the program finds the library.
    const project = join(root, 'out', 'test-init');
    await rm(project, {recursive: true, force: true});
    const first = await run(['init', project]);
    expect(first).toMatchObject({code: 0, error: ''});
    expect(first.out).toContain('npm i face-margins @tensorflow/tfjs-core');
    const second = await run(['init', project]);
    expect(second.code).toBe(1);
    expect(second.error).toContain('train.js is there already');
    const child = spawn(process.execPath, ['--import', 'tsx', 'train.js', faces, '1'], {cwd: project});
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (printed += data));
    expect(await new Promise(resolve => child.on('close', resolve)), printed).toBe(0);
    expect(printed).toMatch(/step 1 of 1: loss \d/);
    expect(printed).toMatch(/% of \d+ pairs are told rightly/);
    const facts = modelFacts(await loadModelFolder(join(project, 'out/model')));
    expect(facts).toMatchObject({imageSize: [112, 112], training: {people: 4}});
    await rm(project, {recursive: true});
  });
});

describe('doctor', () => {
  it('says what is there, as lines and as JSON', async () => {
    const [text, json] = await Promise.all([run(['doctor']), run(['doctor', '--json'])]);
    expect([text.code, json.code]).toEqual([0, 0]);
    const {backend, packages, node} = JSON.parse(json.out);
    expect(node).toBe(process.version);
    expect(backend).toBeTruthy();
    expect(packages).toMatchObject({sharp: expect.stringMatching(/^\d/), '@tensorflow/tfjs-core': '4.22.0'});
    expect(text.out).toContain(`sharp                         ${packages.sharp}`);
    for (const [name, version] of Object.entries(packages)) {
      if (version === null) expect(text.out).toContain(`\n  npm i ${name}`);
    }
  });
});
