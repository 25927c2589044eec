/*
 * npm's page of the package cannot follow relative links. Before packing, links and pictures of README.md become addresses in the
 * repository that package.json names; after packing, README.md is what it was. Without a repository it stays as it is.
 */
import {existsSync, readFileSync, renameSync, writeFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** Markdown whose relative links lead to a repository, such as `git+https://example.org/owner/name.git`. */
export function withAbsoluteLinks(markdown: string, repository: string): string {
  const address = repository.replace(/^git\+/, '').replace(/\.git$/, '');
  return markdown.replace(/(!?)\[([^\]]*)\]\((?![a-z]+:|#)([^)]+)\)/g, (_, picture, text, path) => {
    return `${picture}[${text}](${address}/${picture ? 'raw' : 'blob'}/HEAD/${path})`;
  });
}

const root = new URL('../', import.meta.url);
const [readme, kept] = ['README.md', 'README.md.kept'].map(name => new URL(name, root));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const {repository} = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  if (process.argv[2] === '--restore') {
    if (existsSync(kept)) renameSync(kept, readme);
  } else if (repository !== undefined) {
    const page = readFileSync(readme, 'utf8');
    writeFileSync(kept, page);
    writeFileSync(readme, withAbsoluteLinks(page, repository.url ?? repository));
  }
}
