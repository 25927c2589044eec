import {readFileSync} from 'node:fs';
import {expect, it} from 'vitest';

const file = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');

it('CITATION.cff names the version and the license of package.json', () => {
  const {version, license} = JSON.parse(file('package.json'));
  const citation = file('CITATION.cff');
  expect(/^version: (.+)$/m.exec(citation)?.[1]).toBe(version);
  expect(/^license: (.+)$/m.exec(citation)?.[1]).toBe(license);
});
