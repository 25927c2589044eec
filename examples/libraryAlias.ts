import {fileURLToPath} from 'node:url';

const source = (file: string) => fileURLToPath(new URL(`../src/${file}`, import.meta.url));

/** Lets pages of the examples import the library as its users do, from its source. */
export const libraryAlias = [
  {find: /^face-margins$/, replacement: source('index.ts')},
  {
    find: /^face-margins\/(clean|cluster|data|evaluate|formats|plot|search)$/,
    replacement: source('$1.ts'),
  },
];
