import {spawnSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {describe, expect, inject, it} from 'vitest';
import {root} from './root';

const consumer = inject('consumer');

const runIn = (folder: string, ...words: string[]) => {
  const command = join(folder, 'node_modules/face-margins/dist/cli/main.js');
  const {status, stdout, stderr} = spawnSync(process.execPath, [command, ...words], {
    cwd: folder,
    encoding: 'utf8',
  });
  return {status, stdout, stderr};
};

const run = (...words: string[]) => {
  const command = join(consumer, 'node_modules/.bin/face-margins');
  const {status, stdout, stderr} = spawnSync(command, words, {cwd: consumer, encoding: 'utf8'});
  return {status, stdout, stderr};
};

/** A project with the package and what npm installs with it, and nothing else: no backend. */
function bareProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'face-margins-bare-'));
  const [from, to] = [consumer, folder].map(each => join(each, 'node_modules'));
  mkdirSync(join(to, '@tensorflow'), {recursive: true});
  cpSync(join(from, 'face-margins'), join(to, 'face-margins'), {recursive: true});
  for (const name of ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers']) {
    symlinkSync(join(from, name), join(to, name), 'junction');
  }
  return folder;
}

describe('the command of the installed package', () => {
  it('has the version of the package', () => {
    const {version} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(run('--version')).toEqual({status: 0, stdout: `${version}\n`, stderr: ''});
  });

  it('computes with what is installed', () => {
    const {status, stdout} = run('doctor', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({backend: 'wasm', packages: {sharp: null, linkedom: null}});
  });

  it('names all packages that are missing, with the line that installs them', () => {
    const {status, stdout, stderr} = run('synthetic', '--out', 'none');
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      '\nDrawing synthetic faces needs sharp, facesjs and @resvg/resvg-js, which are not installed: run `npm i sharp facesjs @resvg/resvg-js`.\n',
    );
  });

  it('names what a command needs in one line, a backend with it where there is none', () => {
    const {status, stderr} = run('embed', '--model', 'package.json', 'package.json');
    expect([status, stderr]).toEqual([
      1,
      '\nEmbedding images needs sharp, which is not installed: run `npm i sharp`.\n',
    ]);
    const bare = bareProject();
    try {
      expect(runIn(bare, 'align', '--data', '.').stderr).toBe(
        '\nAligning photographs needs sharp, @vladmandic/face-api and @tensorflow/tfjs-backend-wasm, which are not installed: ' +
          'run `npm i sharp @vladmandic/face-api @tensorflow/tfjs-backend-wasm`.\n',
      );
      expect(runIn(bare, 'export', '--model', '.', 'model.onnx').stderr).toContain(
        'run `npm i @tensorflow/tfjs-backend-wasm @bufbuild/protobuf`.',
      );
      expect(runIn(bare, 'doctor')).toMatchObject({
        status: 1,
        stdout: expect.stringContaining(
          'npm i @tensorflow/tfjs-backend-wasm sharp @vladmandic/face-api @observablehq/plot linkedom\n',
        ),
      });
    } finally {
      rmSync(bare, {recursive: true, force: true});
    }
  });

  it('carries the licenses of what is in it', () => {
    const code = readFileSync(join(consumer, 'node_modules/face-margins/dist/cli/main.js'), 'utf8');
    expect(code).toContain('TJ Holowaychuk');
    expect(code.match(/MIT License|The MIT License|Permission is hereby granted/g)?.length).toBeGreaterThan(
      5,
    );
  });
});
