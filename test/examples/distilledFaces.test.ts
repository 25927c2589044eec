import {mkdtemp, readdir, readFile, rm, stat, utimes} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {imageTensors} from 'face-margins/data';
import {embedImages} from 'face-margins/evaluate';
import {loadModelFolder} from 'face-margins/node';
import {afterAll, beforeAll, describe, expect, it, vi} from 'vitest';
import {parseFacesOptions} from '../../cli/facesOptions';
import {openFaces} from '../../cli/openFaces';
import {runFaces} from '../../cli/runFaces';
import {optionsOfRun} from '../../cli/runFolder';
import {refusal} from '../support/refusal';

const tiny = '--identities 12 --images-each 4 --size 16 --batch 8 --epochs 6 --backend wasm'.split(' ');
const parse = (...options: string[]) => parseFacesOptions(['node', 'faces.ts', ...options], optionsOfRun);

let folder = '';
const said: string[] = [];
beforeAll(async () => {
  vi.spyOn(console, 'log').mockImplementation(line => said.push(line));
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  folder = await mkdtemp(join(tmpdir(), 'distilled-'));
  await runFaces(parse(...tiny, '--out', join(folder, 'teacher')));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await rm(folder, {recursive: true});
});

const read = (...path: string[]) => readFile(join(folder, ...path), 'utf8');

describe('npm run faces -- --teacher', () => {
  const teach = () => ['--teacher', join(folder, 'teacher', 'model'), '--backbone', 'compact', '--seed', '2'];

  it('draws a student to the embeddings of a teacher beside the head, more with a larger weight', async () => {
    const ends: number[] = [];
    for (const weight of ['0.001', '20']) {
      const out = join(folder, `student ${weight}`);
      expect(await runFaces(parse(...tiny, ...teach(), '--distill', weight, '--out', out))).toBe(true);
      const terms = (await read(`student ${weight}`, 'log.jsonl'))
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line).terms);
      expect(Object.keys(terms[0])).toEqual(['arcFace', 'distillationLoss']);
      ends.push(terms[terms.length - 1].distillationLoss);
    }
    expect(ends[1]).toBeLessThan(ends[0] - 0.1);
    const {head, options} = JSON.parse(await read('student 20', 'results.json'));
    expect(head).toContain('and 20 times the distance to model');
    expect(options).toMatchObject({distill: 20, teacher: join(folder, 'teacher', 'model')});
    expect(said.join('\n')).toContain('and 20 times the distance to model');
  });

  it('keeps what the teacher makes of each image and its mirror image, for the next run', async () => {
    const kept = join(folder, 'teacher-embeddings');
    const [file, ...others] = await readdir(kept);
    expect(others).toEqual([]);
    const values = new Float32Array((await readFile(join(kept, file))).buffer.slice(0));
    // Of the run's own images, in their order, though the run learned from poor ones.
    const {train} = await openFaces(
      parse(...tiny, '--seed', '2', '--out', join(folder, 'any')),
      () => undefined,
    );
    const model = await loadModelFolder(join(folder, 'teacher', 'model'));
    const {values: expected} = await embedImages(model, imageTensors(train.images), {flip: true});
    expect(values.length).toBe(expected.length);
    for (let i = 0; i < values.length; i++) expect(Math.abs(values[i] - expected[i])).toBeLessThan(1e-3);

    const before = new Date('2020-01-01');
    await utimes(join(kept, file), before, before);
    const again = [...teach(), '--degrade', '0.5', '--epochs', '1', '--out', join(folder, 'again')];
    await runFaces(parse(...tiny, ...again));
    expect((await stat(join(kept, file))).mtimeMs).toBe(before.getTime());
    expect(await readdir(kept)).toEqual([file]);
  });

  it('says what a teacher may be', () => {
    expect(refusal(() => parse('--teacher', 'none.onnx'))).toContain(
      'There is nothing at this path; give an .onnx or .safetensors file, or the folder of a saved model',
    );
    expect(refusal(() => parse('--distill', '0'))).toContain('It must be a number above 0');
  });
});
