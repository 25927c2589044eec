import {execFile} from 'node:child_process';
import {mkdtemp, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {promisify} from 'node:util';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {tinyMnist} from '../support/tinyMnist';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the example as `npm run mnist` does. */
async function mnist2d(...options: string[]): Promise<{code: number; output: string}> {
  const command = ['--import', 'tsx', 'examples/mnist-2d/main.ts', ...options];
  try {
    const {stdout, stderr} = await promisify(execFile)(process.execPath, command, {cwd: root});
    return {code: 0, output: stdout + stderr};
  } catch (error) {
    const {code, stdout, stderr} = error as {code: number; stdout: string; stderr: string};
    return {code, output: stdout + stderr};
  }
}

describe('npm run mnist', {timeout: 120_000}, () => {
  let data: string;
  let out: string;
  beforeAll(async () => {
    data = await tinyMnist({train: 256, test: 50});
    out = await mkdtemp(join(tmpdir(), 'mnist-2d-'));
  });
  afterAll(() => Promise.all([data, out].map(folder => rm(folder, {recursive: true}))));

  it('writes pictures, a page and figures for each head', async () => {
    const options = [
      '--data',
      data,
      '--out',
      out,
      '--examples',
      '256',
      '--backend',
      'wasm',
      '--heads',
      'softmax,arcface',
    ];
    const {code, output} = await mnist2d(...options);
    expect(output).toContain('warm-up');
    expect(code).toBe(0);

    const results = JSON.parse(await readFile(join(out, 'results.json'), 'utf8'));
    expect(results).toMatchObject({backend: 'wasm', seed: 1, network: 'compact', examples: 256});
    expect(Object.keys(results.heads)).toEqual(['softmax', 'arcface']);
    const figures = [
      'accuracy',
      'meanIntraClassAngle',
      'minInterClassAngle',
      'angularFisher',
      'meanNorm',
      'normDeviation',
    ];
    for (const head of Object.values<Record<string, unknown>>(results.heads)) {
      for (const figure of [...figures, 'imagesPerSecond', 'seconds']) {
        expect(head[figure]).toEqual(expect.any(Number));
      }
      expect(head.loss).toContainEqual(expect.any(Number));
    }

    const page = await readFile(join(out, 'index.html'), 'utf8');
    for (const head of ['softmax', 'arcface']) {
      const svg = await readFile(join(out, `${head}.svg`), 'utf8');
      expect(svg.match(/M[\d.]+,[\d.]+h0/g)).toHaveLength(50);
      expect(page).toContain(svg);
      const png = await readFile(join(out, `${head}.png`));
      expect([...png.subarray(0, 4)]).toEqual([0x89, 0x50, 0x4e, 0x47]);
    }
    expect(page).toContain(results.recipe);
    expect(page).not.toMatch(/(src|href)=/);
  });

  it('says how many training images there are when asked for more', async () => {
    const {code, output} = await mnist2d('--data', data, '--examples', '257', '--backend', 'wasm');
    expect(output).toContain('--examples is 257, but there are 256 training images.');
    expect(code).toBe(1);
  });

  it('says which file of a folder is missing', async () => {
    const {code, output} = await mnist2d('--data', out, '--backend', 'wasm');
    expect(output).toContain(`The folder ${out} has no file of MNIST's train-images`);
    expect(code).toBe(1);
  });
});
