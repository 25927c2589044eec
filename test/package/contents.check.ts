import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {builtinModules} from 'node:module';
import {join} from 'node:path';
import {publint} from 'publint';
import {formatMessage} from 'publint/utils';
import {describe, expect, inject, it} from 'vitest';
import {entries} from '../support/entries';
import {root} from './root';

const packed = inject('packed');
const tarball = inject('tarball');
const installed = join(inject('consumer'), 'node_modules/face-margins');

/** What a built file, and every file of the package it imports, imports from elsewhere; lazily or at once. */
function importsOf(entry: string, seen = new Set<string>(), found = new Set<string>()): Set<string> {
  if (seen.has(entry)) return found;
  seen.add(entry);
  const code = readFileSync(entry, 'utf8');
  for (const [, specifier] of code.matchAll(
    /(?:\bfrom|^import|\bimport\(|\brequire\()\s*["']([^"'\n]+)["']/gm,
  )) {
    if (specifier.startsWith('.')) importsOf(join(entry, '..', specifier), seen, found);
    else found.add(specifier);
  }
  return found;
}

const isBuiltIn = (name: string) => name.startsWith('node:') || builtinModules.includes(name);

describe('the package', () => {
  it('holds code, its types, the license and the pages about itself, and nothing else', () => {
    const surplus = packed.filter(
      path =>
        !/^(dist\/.+\.(js|cjs|d\.ts|d\.cts)|package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path),
    );
    expect(surplus).toEqual([]);
  });

  it.each(['js', 'cjs'])('has Node built-ins in node.%s and in no other entry', extension => {
    for (const entry of entries.filter(name => name !== 'node')) {
      expect([...importsOf(join(installed, `dist/${entry}.${extension}`))].filter(isBuiltIn)).toEqual([]);
    }
    expect([...importsOf(join(installed, `dist/node.${extension}`))].filter(isBuiltIn)).not.toEqual([]);
  });

  it.each(entries)('exports from %s.cjs what its ESM build exports', entry => {
    const program = `import {createRequire} from 'node:module';
        const names = module => Object.keys(module).sort().join(' ');
        console.log(names(createRequire(import.meta.url)('./dist/${entry}.cjs')));
        console.log(names(await import('./dist/${entry}.js')));`;
    const printed = execFileSync('node', ['--input-type=module', '-e', program], {
      cwd: installed,
      encoding: 'utf8',
    });
    const [commonJs, esm] = printed.trim().split('\n');
    expect(commonJs).not.toBe('');
    expect(commonJs).toBe(esm);
  });

  it('gives publint nothing to say', async () => {
    const {messages, pkg} = await publint({pkgDir: installed, pack: false, strict: true});
    expect(messages.map(message => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  it('gives are-the-types-wrong nothing to say', () => {
    const attw = join(root, 'node_modules/.bin/attw');
    const printed = execFileSync(attw, [tarball, '--format', 'ascii', '--no-color', '--no-emoji'], {
      encoding: 'utf8',
    });
    expect(printed).toContain('No problems found');
  });
});
