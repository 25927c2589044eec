import {spawn} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {isDeepStrictEqual} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {checkpointFolder, loadModelFolder} from 'face-margins/node';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {parseFacesOptions} from '../../cli/facesOptions';
import {hardestErrors} from '../../cli/hardestErrors';
import {usualScale} from '../../cli/heads';
import {openFaces} from '../../cli/openFaces';
import {peopleOfPairs} from '../../cli/peopleOfPairs';
import {runFaces} from '../../cli/runFaces';
import {optionsOfRun} from '../../cli/runFolder';
import {plain, writeFiles} from '../support/pictures';
import {refusal} from '../support/refusal';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tiny = '--identities 12 --images-each 4 --size 16 --batch 8 --epochs 6 --backend wasm'.split(' ');
const parse = (...options: string[]) => parseFacesOptions(['node', 'faces.ts', ...options], optionsOfRun);

/** Runs the command, and presses Ctrl-C when it has printed that it trains. */
function stoppedRun(options: string[]): Promise<{code: number | null; output: string}> {
  const command = ['--import', 'tsx', 'examples/face-training/faces.ts', ...options];
  const child = spawn(process.execPath, command, {cwd: root});
  let output = '';
  const onData = (data: Buffer) => {
    const before = output;
    output += data;
    if (output.includes('training  ') && !before.includes('training  ')) child.kill('SIGINT');
  };
  child.stdout.on('data', onData);
  child.stderr.on('data', onData);
  return new Promise(resolve => child.on('exit', code => resolve({code, output})));
}

const filesIn = (out: string) => (file: string) => readFile(join(out, file), 'utf8');

/** The loss of every step that a run has logged. */
const lossesOf = async (out: string) =>
  (await filesIn(out)('log.jsonl'))
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line))
    .map(({step, loss}) => [step, loss]);

let folder = '';
beforeAll(async () => {
  for (const method of ['log', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation(() => undefined);
  }
  folder = await mkdtemp(join(tmpdir(), 'faces-'));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, {recursive: true});
});

describe('npm run faces', () => {
  it('is stopped by Ctrl-C, is not overwritten, goes on, and ends where an uninterrupted run ends', async () => {
    const [out, straight] = [join(folder, 'stopped'), join(folder, 'straight')];
    const stopped = await stoppedRun([...tiny, '--tensorboard', '--out', out]);
    expect(stopped.output).toContain(`Go on with: npm run faces -- --resume --out ${out}`);
    expect(stopped.code).toBe(130);
    await expect(runFaces(parse(...tiny, '--out', out))).rejects.toThrow(
      'a run that has not come to its end',
    );

    const before = await filesIn(out)('log.jsonl');
    const another = checkpointFolder(join(out, 'checkpoints'));
    await another.begin();
    for (const how of ['--resume', '--overwrite']) {
      await expect(runFaces(parse(...tiny, how, '--out', out))).rejects.toThrow(
        'must be free of other trainings',
      );
    }
    await another.end();
    expect(await filesIn(out)('log.jsonl')).toBe(before);
    expect(await runFaces(parse('--resume', '--out', out))).toBe(true);
    // With the speeds of the first run: its steps were not taken again.
    expect((await filesIn(out)('log.jsonl')).startsWith(before)).toBe(true);
    expect(before.length).toBeGreaterThan(0);
    expect(await runFaces(parse(...tiny, '--out', straight))).toBe(true);
    expect(await lossesOf(out)).toHaveLength(30);
    expect(await lossesOf(out)).toEqual(await lossesOf(straight));
    // One file for each process.
    expect(await readdir(join(out, 'tensorboard'))).toEqual(
      Array(2).fill(expect.stringMatching(/^events\.out\.tfevents\./)),
    );
    expect(await readdir(straight)).not.toContain('tensorboard');
  });

  it('writes figures, a page with nothing to load, and a model of stock layers', async () => {
    const read = filesIn(join(folder, 'straight'));
    const results = JSON.parse(await read('results.json'));
    expect(results).toMatchObject({synthetic: true, network: 'small', steps: 30, backend: 'wasm'});
    expect(results.history).toHaveLength(6);
    const gained = results.trained.accuracy.accuracy - results.untrained.accuracy.accuracy;
    expect(results.pointsGained).toBeCloseTo(100 * gained, 9);
    // The best checkpoint goes by every threshold; the grid's figure stands beside it.
    const {accuracy, accuracyBy, tarAtFar} = results.trained;
    expect(accuracyBy).toEqual({every: accuracy.accuracy, grid: expect.any(Number)});
    const lines = (await read('log.jsonl')).trimEnd().split('\n');
    expect(JSON.parse(lines[lines.length - 1]).metrics).toMatchObject({
      accuracy: accuracyBy.every,
      gridAccuracy: accuracyBy.grid,
      tarAt1e2: tarAtFar.find(({far}: {far: number}) => far === 0.01).tar,
    });

    const page = await read('report.html');
    expect(page).toContain('synthetic');
    for (const picture of [
      'training-curves',
      'training-metric',
      'roc-curve',
      'score-histograms',
      'feature-scatter',
    ]) {
      expect(page).toContain(`class="${picture}`);
    }
    expect(page).not.toMatch(/(src|href)="(?!data:|#)/);

    const {modelTopology} = JSON.parse(await read('model/model.json'));
    const classes = [...JSON.stringify(modelTopology).matchAll(/"class_name":"(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(classes).toContain('Conv2D');
    expect(classes.filter(name => name.startsWith('FaceMargins') || name === 'BatchNormalization')).toEqual(
      [],
    );
    const model = await loadModelFolder(join(folder, 'straight', 'model'));
    const embeddings = model.predict(tf.zeros([2, 16, 16, 3])) as tf.Tensor;
    expect(embeddings.shape).toEqual([2, 128]);
  });

  it('does not overwrite a run that has ended until it is told to', async () => {
    const out = join(folder, 'ended');
    const short = [...tiny, '--epochs', '1', '--out', out];
    await runFaces(parse(...short));
    const before = await filesIn(out)('results.json');
    await expect(runFaces(parse(...short, '--margin', '0.2'))).rejects.toThrow(
      `--out: ${out} holds a run that has come to its end. Give another folder by --out, go on with the run by --resume and more --epochs, or let this one take its place by --overwrite.`,
    );
    expect(await filesIn(out)('results.json')).toBe(before);
    await runFaces(parse(...short, '--margin', '0.2', '--overwrite'));
    expect(JSON.parse(await filesIn(out)('results.json')).options.margin).toBe(0.2);
    expect(await lossesOf(out)).toHaveLength(5);
    expect(parse('--resume', '--out', out)).toMatchObject({margin: 0.2, overwrite: false});
  });

  it('keeps the best of the checkpoints that were verified, though not every pass is', async () => {
    const out = join(folder, 'seldom');
    await runFaces(parse(...tiny, '--epochs', '5', '--validate-every', '2', '--out', out));
    const {history} = JSON.parse(await filesIn(out)('results.json'));
    expect(history.map(({epoch}: {epoch: number}) => epoch)).toEqual([1, 3, 4]);
    const best = await checkpointFolder(join(out, 'checkpoints')).loadBest();
    const highest = Math.max(...history.map(({accuracy}: {accuracy: number}) => accuracy));
    expect(best?.record.metrics.accuracy).toBe(highest);
  });

  it('starts from checkpoints, network and head, and leaves frozen layers as they are', async () => {
    const out = join(folder, 'second');
    const stage = ['--weights', join(folder, 'straight', 'checkpoints'), '--freeze', 'all', '--epochs', '1'];
    await runFaces(parse(...tiny, ...stage, '--out', out));
    const [first, second] = await Promise.all(
      [join(folder, 'straight'), out].map(async run => JSON.parse(await filesIn(run)('results.json'))),
    );
    expect(second.untrained).toEqual(first.trained);
    expect(second.trained).toEqual(first.trained);
    const [[, fresh]] = await lossesOf(join(folder, 'straight'));
    const [[, continued]] = await lossesOf(out);
    expect(continued).toBeLessThan(fresh);
  });

  it('starts from the network alone of a checkpoint whose head is another', async () => {
    const out = join(folder, 'other head');
    const from = ['--weights', join(folder, 'straight', 'checkpoints')];
    await runFaces(parse(...tiny, ...from, '--head', 'softmax', '--epochs', '1', '--out', out));
    const {trained} = JSON.parse(await filesIn(join(folder, 'straight'))('results.json'));
    const {untrained} = JSON.parse(await filesIn(out)('results.json'));
    expect(untrained).toEqual(trained);
  });

  it('leaves normalizations as they are where asked to, and trains the rest', async () => {
    const out = join(folder, 'normalized');
    const from = join(folder, 'straight', 'checkpoints');
    await runFaces(
      parse(...tiny, '--weights', from, '--freeze', 'batch-norm', '--epochs', '1', '--out', out),
    );
    const [before, after] = await Promise.all(
      [from, join(out, 'checkpoints')].map(async store => (await checkpointFolder(store).load())?.tensors),
    );
    const backbone = [...(before ?? [])].filter(([name]) => name.startsWith('backbone/'));
    const same = backbone.filter(([name, {values}]) => isDeepStrictEqual(after?.get(name)?.values, values));
    const norms = backbone.filter(([name]) => /gamma|beta|moving/.test(name));
    expect(norms.length).toBeGreaterThan(4);
    expect(same.map(([name]) => name)).toEqual(norms.map(([name]) => name));
  });

  it("trains FaceNet's recipe: triplets of so many images of each person, under Adagrad", async () => {
    const out = join(folder, 'facenet');
    const recipe = ['--recipe', 'facenet', '--images-per-identity', '4', '--epochs', '3'];
    expect(await runFaces(parse(...tiny, ...recipe, '--out', out))).toBe(true);
    const read = filesIn(out);
    const lines = (await read('log.jsonl'))
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line));
    expect(Object.keys(lines[0].terms)).toEqual(['tripletLoss']);
    expect(lines.map(({learningRate}) => learningRate)).toEqual(lines.map(() => 0.05));
    const results = JSON.parse(await read('results.json'));
    expect(results.head).toBe('semi-hard triplets of 2×4 images, m = 0.2, Adagrad');
    expect(results.options).toMatchObject({embeddingSize: 128, backbone: 'small'});
    const resumed = await runFaces(parse('--resume', '--out', out, '--epochs', '4'));
    expect(resumed).toBe(true);
  });

  it("refuses what does not go with FaceNet's recipe, and has its network for photographs", () => {
    const usual = parse('--recipe', 'facenet', '--data', folder);
    expect(usual).toMatchObject({backbone: 'facenet-nn2', embeddingSize: 128, learningRate: 0.05});
    const own = parse(
      '--recipe',
      'facenet',
      '--data',
      folder,
      '--backbone',
      'mobilefacenet',
      '--learning-rate',
      '0.1',
    );
    expect(own).toMatchObject({backbone: 'mobilefacenet', learningRate: 0.1});
    expect(refusal(() => parse('--recipe', 'facenet', '--head', 'arcface'))).toMatch(/give one of the two/);
    expect(refusal(() => parse('--recipe', 'facenet', '--batch', '7'))).toMatch(/at least, 8, but is 7/);
  });

  it('leaves nothing behind where an option is wrong', async () => {
    const out = join(folder, 'wrong');
    await expect(runFaces(parse(...tiny, '--freeze', 'conv9', '--out', out))).rejects.toThrow('conv9');
    expect(existsSync(out)).toBe(false);
  });
});

describe('parseFacesOptions', () => {
  it('suits drawn faces, and photographs where there is data', () => {
    expect(parse()).toMatchObject({
      backbone: 'small',
      size: 64,
      head: 'arcface',
      learningRate: 0.1,
      out: 'out/faces',
    });
    expect(parse('--data', '.')).toMatchObject({backbone: 'mobilefacenet', size: 112, epochs: 16, batch: 64});
    expect(parse('--data', '.', '--weights', 'package.json').learningRate).toBe(0.01);
    expect(parse('--data', '.', '--size', '96', '--freeze', 'a, b*').freeze).toEqual(['a', 'b*']);
  });

  it('goes on with the options of the run, except those it is given', () => {
    const before = {...parse('--seed', '7', '--epochs', '5'), batch: 32};
    const options = ['node', 'faces.ts', '--resume', '--epochs', '9'];
    expect(parseFacesOptions(options, () => before)).toEqual({...before, resume: true, epochs: 9});
    expect(() => parse('--resume', '--out', 'nowhere')).toThrow('no run to go on with in nowhere');
  });

  it.each([
    [['--head', 'arcfaec'], 'Allowed choices are arcface, cosface'],
    [['--backbone', 'resnet'], 'Allowed choices are small, compact, mobilefacenet'],
    [['--epochs', '0'], 'It must be a whole number of 1 or more'],
    [['--identities', '3'], 'It must be a whole number of 10 or more'],
    [['--learning-rate', 'fast'], 'It must be a number'],
    [['--validate', 'package.json'], '--validate needs --data'],
    [['--data', 'none'], 'There is nothing at this path; give a folder with a folder per identity'],
    [['--weights', 'none.onnx'], 'There is nothing at this path; give an .onnx'],
    [['--resume', '--overwrite'], 'give one of the two'],
  ])('says what is right when given %j', (options, message) => {
    const printed = refusal(() => parse(...options));
    expect(printed).toContain(message);
  });
});

describe('the parts of the example', () => {
  it('joins images into people by the pairs that match', () => {
    const pair = (a: number, b: number, same: boolean) => ({a, b, same, fold: 0});
    const images = {
      length: 5,
      names: [],
      height: 1,
      width: 1,
      channels: 3,
      pixels: async () => new Uint8Array(3),
    };
    const pairs = [pair(0, 3, true), pair(3, 4, true), pair(1, 2, false)];
    expect(peopleOfPairs({pairs, images, folds: 1})).toEqual([[0, 3, 4], [1], [2]]);
    const errors = hardestErrors({pairs, images, folds: 1}, {scores: [0.2, 0.9, 0.6]}, 0.5, 2);
    expect(errors.rejected.map(({score}) => score)).toEqual([0.2]);
    expect(errors.accepted.map(({a, b}) => [a, b])).toEqual([[1, 2]]);
  });

  it('takes the scale of the papers for the numbers of identities of the papers', () => {
    expect(usualScale(423)).toBe(32);
    expect(usualScale(200)).toBe(30);
  });

  /** Photographs of one color each, of as many people as there are counts. */
  async function photographs(name: string, counts: number[]): Promise<string> {
    const path = join(folder, name);
    for (const [person, count] of counts.entries()) {
      for (let i = 0; i < count; i++) {
        const picture = await plain(`rgb(${20 * person}, ${30 * i}, 90)`, 'png', 16);
        await writeFiles(path, {[`person ${person}/${i}.png`]: picture});
      }
    }
    return path;
  }

  const open = (...options: string[]) => openFaces(parse('--size', '16', ...options), () => undefined);

  it.each([
    [[6, 6, 6, 6], 2, 10],
    [[6, 6, 6, 6, 6, 6, 6], 2, 10],
    [Array(12).fill(2), 2, 4],
  ])('holds people of a small folder back: %s images', async (counts, people, folds) => {
    const {train, protocol} = await open('--data', await photographs(`small ${counts.length}`, counts));
    expect(train.classes.length).toBe(counts.length - people);
    expect(protocol.folds).toBe(folds);
    expect(protocol.pairs.length).toBeGreaterThanOrEqual(folds);
  });

  it('says what a folder lacks to hold people back', async () => {
    await expect(open('--data', await photographs('three', [6, 6, 6]))).rejects.toThrow(
      '--data: 3 people are too few to hold two back for verifying and train on two: add people, or verify on others by --validate.',
    );
    await expect(open('--data', await photographs('ones', Array(10).fill(1)))).rejects.toThrow(
      '--data: the 2 people held back for verifying have one image each, of which no pair of one person can be made',
    );
  });

  it('verifies on photographs one of which is broken', async () => {
    const path = await photographs('broken', Array(8).fill(4));
    for (let person = 0; person < 8; person++)
      await writeFile(join(path, `person ${person}`, '2.png'), 'torn');
    const out = join(folder, 'broken run');
    const short = ['--data', path, '--backbone', 'small', '--size', '16', '--batch', '4', '--epochs', '1'];
    expect(await runFaces(parse(...short, '--backend', 'wasm', '--out', out))).toBe(true);
    const {trained} = JSON.parse(await filesIn(out)('results.json'));
    expect(trained.accuracy.folds.length).toBeGreaterThan(1);
  });

  it('does not claim that nobody was trained on where names cannot tell', async () => {
    const path = await photographs('unnamed', [3, 3, 3, 3]);
    await writeFile(join(folder, 'some.bin'), '');
    await expect(open('--data', path, '--validate', join(folder, 'some.bin'), '--disjoint')).rejects.toThrow(
      `--disjoint tells people by the names of their folders, which ${join(folder, 'some.bin')} does not have`,
    );
  });

  const data = process.env.FACE_MARGINS_DATA;
  it.skipIf(data === undefined)(
    'leaves 4,241 pairs of LFW for a training on its 423 people with five images (needs FACE_MARGINS_DATA)',
    async () => {
      const [images, validate] = [
        join(data as string, 'lfw/lfw-112x112.tar'),
        join(data as string, 'lfw/pairs.txt'),
      ];
      const options = parse('--data', images, '--validate', validate, '--min-images', '5', '--disjoint');
      const {train, protocol} = await openFaces(options, () => undefined);
      expect([train.length, train.classes.length]).toEqual([5985, 423]);
      expect(protocol.pairs.length).toBe(4241);
      expect(protocol.pairs.filter(({same}) => same).length).toBe(1626);
      const trained = new Set(train.classes);
      expect(protocol.images.names.filter(name => trained.has(name.split('/').at(-2) as string))).toEqual([]);
    },
  );
});
