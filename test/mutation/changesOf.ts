import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join, resolve} from 'node:path';
import type {Mutant} from '@stryker-mutator/api/core';
import type {Ignorer} from '@stryker-mutator/api/ignore';
import type {Logger} from '@stryker-mutator/api/logging';
import {Instrumenter} from '@stryker-mutator/instrumenter';

const nothing = () => {};
const silent = {
  isDebugEnabled: () => false,
  debug: nothing,
  info: nothing,
  warn: nothing,
} as unknown as Logger;

const filesOf = (path: string): string[] =>
  statSync(path).isDirectory()
    ? readdirSync(path, {recursive: true, encoding: 'utf8'})
        .filter(name => name.endsWith('.ts'))
        .map(name => join(path, name))
    : [path];

/** Every change that Stryker would make in files and folders. */
export async function changesOf(
  paths: string[],
  options: {excludedMutations: string[]; ignorers: Ignorer[]},
): Promise<Mutant[]> {
  const files = paths.flatMap(filesOf).map(path => ({
    name: resolve(path),
    mutate: true,
    content: readFileSync(path, 'utf8'),
  }));
  const {mutants} = await new Instrumenter(silent).instrument(files, {plugins: null, ...options});
  return mutants.filter(({status}) => status !== 'Ignored');
}
