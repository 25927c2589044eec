import {execFileSync} from 'node:child_process';
import {appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import {beforeEach, describe, expect, it} from 'vitest';
import {isStale} from '../../docs/isStale';
import {root} from '../support/markdown';
import {temporaryFolder} from '../support/temporaryFolder';

const folder = temporaryFolder();
const at = (name: string) => `${folder.path}/${name}`;
const write = (name: string, text = '') => writeFileSync(at(name), text);
const setTime = (name: string, seconds: number) => utimesSync(at(name), seconds, seconds);

const outputs = ['dist/index.js', 'dist/index.d.ts'];

beforeEach(() => {
  for (const name of ['src', 'cli', 'dist', 'docs']) mkdirSync(at(name));
  for (const name of ['src/index.ts', 'src/kernels.generated.ts', ...outputs, 'tsconfig.json']) write(name);
  const build = `require('node:fs').appendFileSync('built', 'x'); console.log('built'); for (const file of ['${outputs.join("', '")}']) require('node:fs').writeFileSync(file, '')`;
  write(
    'package.json',
    JSON.stringify({
      type: 'module',
      main: './dist/index.js',
      exports: {'.': {types: './dist/index.d.ts', default: './dist/index.js'}},
      scripts: {build: `node -e "${build}"`},
    }),
  );
  for (const name of ['src/index.ts', 'src/kernels.generated.ts', 'package.json', 'tsconfig.json'])
    setTime(name, 100);
  for (const name of outputs) setTime(name, 200);
});

describe('a build is stale', () => {
  it('not where it is newer than its source', () => expect(isStale(folder.path)).toBe(false));

  it.each(['src/index.ts', 'package.json', 'tsconfig.json'])('where %s is newer', name => {
    setTime(name, 201);
    expect(isStale(folder.path)).toBe(true);
  });

  it('where a new file of source is', () => {
    write('cli/other.ts');
    expect(isStale(folder.path)).toBe(true);
  });

  it('not where a generated file is, which every build writes', () => {
    setTime('src/kernels.generated.ts', 201);
    expect(isStale(folder.path)).toBe(false);
  });

  it.each(outputs)('where %s is missing', name => {
    rmSync(at(name));
    expect(isStale(folder.path)).toBe(true);
  });
});

it('what is stale is built once, before it is packed', () => {
  for (const name of ['buildIfStale.ts', 'isStale.ts']) cpSync(`${root}docs/${name}`, at(`docs/${name}`));
  const run = () =>
    execFileSync(`${root}node_modules/.bin/tsx`, [at('docs/buildIfStale.ts')], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  write('built');
  expect(run()).toBe('');
  expect(readFileSync(at('built'), 'utf8')).toBe('');
  appendFileSync(at('src/index.ts'), ' ');
  // Nothing on stdout, where `npm pack --json` prints.
  expect([run(), run()]).toEqual(['', '']);
  expect(readFileSync(at('built'), 'utf8')).toBe('x');
  const {scripts} = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
  expect(scripts.prepack).toMatch(/^tsx docs\/buildIfStale\.ts && /);
});
