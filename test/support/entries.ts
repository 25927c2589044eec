import {readFileSync} from 'node:fs';

const {exports} = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
  exports: Record<string, unknown>;
};

/** The entries of the package by the names of their files: `index`, `data`, … */
export const entries = Object.keys(exports)
  .filter(path => !path.endsWith('.json') && !path.includes('.min'))
  .map(path => (path === '.' ? 'index' : path.slice('./'.length)));
