import {execFileSync} from 'node:child_process';
import {cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {withAbsoluteLinks} from '../../docs/withAbsoluteLinks';
import {readPage, root} from '../support/markdown';

describe('withAbsoluteLinks', () => {
  const address = 'https://github.com/owner/name';

  it.each([address, `git+${address}.git`, 'github:owner/name', 'owner/name'])('leads to %s', repository => {
    expect(withAbsoluteLinks('[a](docs/a.md#b) ![c](c.png)', repository)).toBe(
      `[a](${address}/blob/HEAD/docs/a.md#b) ![c](${address}/raw/HEAD/c.png)`,
    );
  });

  it('keeps the host of another repository', () => {
    expect(withAbsoluteLinks('[b](docs/b.md)', 'git+https://example.org/owner/name.git')).toBe(
      '[b](https://example.org/owner/name/blob/HEAD/docs/b.md)',
    );
  });

  it('leaves addresses and links within the page alone', () => {
    const page = '[a](https://example.org/a) [b](#b) [c](mailto:c@example.org)';
    expect(withAbsoluteLinks(page, address)).toBe(page);
  });

  it('leaves README.md no link or picture that is relative, and each leads to a file', () => {
    const {links} = readPage('README.md');
    const absolute = withAbsoluteLinks(links.map(link => `[](${link})`).join('\n'), address);
    const targets = [...absolute.matchAll(/\((.*)\)/g)].map(([, target]) => target);
    expect(targets).toHaveLength(links.length);
    for (const target of targets) expect(target).toMatch(/^https:/);
    const files = targets
      .filter(target => target.startsWith(address))
      .map(target => target.slice(`${address}/blob/HEAD/`.length).split('#')[0]);
    expect(files.length).toBeGreaterThan(10);
    expect(files.filter(file => !existsSync(root + file))).toEqual([]);
  });
});

describe('packReadme', () => {
  const page = '[a](a.md)\n';
  let folder: string;
  const run = (...options: string[]) =>
    execFileSync(`${root}node_modules/.bin/tsx`, [`${folder}/docs/packReadme.ts`, ...options]);
  const readme = () => readFileSync(`${folder}/README.md`, 'utf8');
  const packageJson = (fields: object) =>
    writeFileSync(`${folder}/package.json`, JSON.stringify({type: 'module', ...fields}));

  beforeEach(() => {
    folder = mkdtempSync(`${tmpdir()}/face-margins-readme-`);
    for (const name of ['packReadme.ts', 'withAbsoluteLinks.ts'])
      cpSync(`${root}docs/${name}`, `${folder}/docs/${name}`);
    writeFileSync(`${folder}/README.md`, page);
  });

  afterEach(() => rmSync(folder, {recursive: true}));

  it('makes links absolute for the package, and relative again after it', () => {
    packageJson({repository: {type: 'git', url: 'git+https://github.com/owner/name.git'}});
    run();
    run();
    expect(readme()).toBe('[a](https://github.com/owner/name/blob/HEAD/a.md)\n');
    run('--restore');
    expect(readme()).toBe(page);
    expect(existsSync(`${folder}/README.md.kept`)).toBe(false);
  });

  it('changes nothing without a repository', () => {
    packageJson({});
    run();
    expect(readme()).toBe(page);
  });
});
