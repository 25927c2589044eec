import {readdirSync, readFileSync, statSync} from 'node:fs';
import {join} from 'node:path';

/** The folders of source. */
const folders = ['src', 'cli'];

/** What a build is made of beside them. */
const settings = [
  'package.json',
  'tsconfig.json',
  'tsup.config.ts',
  'vite.build.config.ts',
  'vite.cdn.config.ts',
  'vite.cli.config.ts',
];

/** When a file was written last; undefined if it is missing. */
const timeOf = (file: string): number | undefined => statSync(file, {throwIfNoEntry: false})?.mtimeMs;

/** Every file of the build that package.json names. */
function outputsOf(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('./dist/') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(outputsOf) : [];
}

/** Whether the build of a package is missing, incomplete or older than what it is made of. Generated files are part of the build. */
export function isStale(root: string): boolean {
  const outputs = outputsOf(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const built = outputs.map(file => timeOf(join(root, file)) ?? 0);
  const sources = folders.flatMap(folder =>
    readdirSync(join(root, folder), {recursive: true, encoding: 'utf8'})
      .filter(name => /\.(ts|mjs)$/.test(name) && !/\.generated\./.test(name))
      .map(name => join(folder, name)),
  );
  const made = [...settings, ...sources].map(file => timeOf(join(root, file)) ?? 0);
  return Math.min(...built) < Math.max(...made);
}
