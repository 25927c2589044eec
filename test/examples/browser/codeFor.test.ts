import {execFileSync} from 'node:child_process';
import {mkdirSync, rmSync, writeFileSync} from 'node:fs';
import * as library from 'face-margins';
import {expect, it} from 'vitest';
import {choices, plain} from '../../../examples/browser/choices';
import {codeFor} from '../../../examples/browser/codeFor';
import {makeHead} from '../../../examples/browser/makeHead';

const wishes = Object.entries(choices)
  .filter(([head]) => head !== plain)
  .map(([head, {margin}]) => ({head, margin: margin?.max ?? 0}));

it.each(wishes)('makes the head of the page: $head, m = $margin', async wish => {
  await library.useBackend('cpu');
  const [, factory, options] = codeFor(wish).match(/objective: (\w+)\((\{.*\})\),/) ?? [];
  const make = (library as unknown as Record<string, (options: object) => library.MarginHead>)[factory];
  const ofCode = make(new Function(`return ${options}`)());
  const {name: _1, ...expected} = makeHead(wish).getConfig();
  const {name: _2, ...config} = ofCode.getConfig();
  expect(config).toEqual(expected);
});

it('is a program without an error of types for every head', () => {
  const folder = 'out/demo-programs';
  rmSync(folder, {recursive: true, force: true});
  mkdirSync(folder, {recursive: true});
  for (const wish of wishes) writeFileSync(`${folder}/${wish.head}.ts`, codeFor(wish));
  writeFileSync(
    `${folder}/tsconfig.json`,
    JSON.stringify({
      extends: '../../tsconfig.json',
      compilerOptions: {
        paths: {'face-margins': ['../../src/index.ts'], 'face-margins/*': ['../../src/*.ts']},
      },
      include: ['*.ts'],
      exclude: [],
    }),
  );
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--project', folder], {stdio: 'pipe'});
});

it('runs, and the loss falls', () => {
  const program = codeFor({head: 'cosface', margin: 0.2});
  const short = program
    .replace('first(train, 6400)', 'first(train, 1920)')
    .replace('first(test, 1000)', 'first(test, 200)')
    .replace('subarray(0, 1000)', 'subarray(0, 200)');
  expect(short).not.toBe(program);
  writeFileSync('out/demo-programs/short.ts', short);
  const stdout = execFileSync(process.execPath, ['--import', 'tsx', 'out/demo-programs/short.ts'], {
    encoding: 'utf8',
  });
  const losses = [...stdout.matchAll(/^step \d+: loss ([\d.]+)$/gm)].map(([, loss]) => Number(loss));
  expect(losses).toHaveLength(3);
  expect(losses[2]).toBeLessThan(losses[0]);
  expect(stdout).toMatch(/^[\d.]+° within a class, [\d.]+° between the nearest two$/m);
});
