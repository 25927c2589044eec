import {readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import {describe, expect, it} from 'vitest';
import {jsonLinesLog} from '../../../src/train/loop/jsonLinesLog';
import {temporaryFolder} from '../../support/temporaryFolder';

const folder = temporaryFolder();

describe('jsonLinesLog', () => {
  const lines = async (file: string) => (await readFile(file, 'utf8')).split('\n');

  it('keeps every whole line where nothing is said of a step', async () => {
    const file = join(folder.path, 'log');
    await writeFile(file, '{"step":1}\n{"note":"mine"}\n{"step":900}\n{"step":90');
    const log = await jsonLinesLog(file);
    log.write({step: 2});
    expect(await lines(file)).toEqual(['{"step":1}', '{"note":"mine"}', '{"step":900}', '{"step":2}', '']);
    log.close();
    expect(() => log.write({step: 3})).toThrow();
  });

  it('keeps lines up to a step, and those without one', async () => {
    const file = join(folder.path, 'log');
    await writeFile(file, '{"step":1}\n{"note":"mine"}\n{"step":2}\n\n{"step":3}\n');
    const cut = async (after: number) => {
      const log = await jsonLinesLog(file, {after});
      log.write({step: after + 1});
      log.close();
      return lines(file);
    };
    expect(await cut(2)).toEqual(['{"step":1}', '{"note":"mine"}', '{"step":2}', '{"step":3}', '']);
    expect(await cut(0)).toEqual(['{"note":"mine"}', '{"step":1}', '']);
  });
});
