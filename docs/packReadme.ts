/*
 * The package's page on npm cannot follow relative links. Before packing, links and pictures of README.md become addresses in the
 * repository that package.json names. `--restore` brings the README.md of before back. Without a repository nothing happens.
 */
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {withAbsoluteLinks} from './withAbsoluteLinks';

const root = new URL('../', import.meta.url);
const [readme, kept] = ['README.md', 'README.md.kept'].map(name => new URL(name, root));
const {repository} = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));

// Also before packing: a pack that broke off has left it.
if (existsSync(kept)) renameSync(kept, readme);
if (process.argv[2] !== '--restore' && repository !== undefined) {
  const page = readFileSync(readme, 'utf8');
  writeFileSync(kept, page);
  writeFileSync(readme, withAbsoluteLinks(page, repository.url ?? repository));
}
