import {existsSync, readFileSync} from 'node:fs';
import {posix} from 'node:path';
import {describe, expect, it} from 'vitest';
import {pages, readPage, root} from '../support/markdown';

const {scripts} = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

/** Why a relative link leads nowhere; nothing where it leads somewhere. */
function broken(page: string, link: string): string | undefined {
  const [file, fragment] = link.split('#');
  const target = file === '' ? page : posix.join(posix.dirname(page), file);
  if (!existsSync(root + target)) return `${link}: there is no ${target}`;
  if (fragment === undefined || !target.endsWith('.md')) return undefined;
  // GitHub makes two dashes where a heading has a sign between spaces, the site of `npm run docs` one.
  if (fragment.includes('--'))
    return `${link}: take signs out of the heading, so that the link works on GitHub and on the site`;
  return readPage(target).anchors.has(fragment) ? undefined : `${link}: ${target} has no such heading`;
}

describe.each(pages)('%s', page => {
  it('has no relative link or picture that leads nowhere', () => {
    const relative = readPage(page).links.filter(link => !/^[a-z]+:/.test(link));
    expect(relative.map(link => broken(page, link)).filter(Boolean)).toEqual([]);
  });

  it('names no npm script that is not there', () => {
    const named = [...readFileSync(root + page, 'utf8').matchAll(/\bnpm run ([\w:-]+)/g)].map(
      ([, name]) => name,
    );
    expect(named.filter(name => !(name in scripts))).toEqual([]);
  });
});
