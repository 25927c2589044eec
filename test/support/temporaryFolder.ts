import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {afterEach, beforeEach} from 'vitest';

/** An empty folder for each test of the suite that calls it; it is removed with all that lies in it. */
export function temporaryFolder(): {readonly path: string} {
  const folder = {path: ''};
  beforeEach(async () => {
    folder.path = await mkdtemp(join(tmpdir(), 'face-margins-'));
  });
  afterEach(() => rm(folder.path, {recursive: true}));
  return folder;
}
