import {spawnSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, inject, it} from 'vitest';
import {root} from './root';

const consumer = inject('consumer');

const run = (...words: string[]) => {
  const command = join(consumer, 'node_modules/.bin/face-margins');
  const {status, stdout, stderr} = spawnSync(command, words, {cwd: consumer, encoding: 'utf8'});
  return {status, stdout, stderr};
};

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

  it('carries the licenses of what is in it', () => {
    const code = readFileSync(join(consumer, 'node_modules/face-margins/dist/cli/main.js'), 'utf8');
    expect(code).toContain('TJ Holowaychuk');
    expect(code.match(/MIT License|The MIT License|Permission is hereby granted/g)?.length).toBeGreaterThan(
      5,
    );
  });
});
