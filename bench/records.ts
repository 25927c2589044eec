import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {imageRecords} from '../src/data/sources/imageRecords';
import {type Bench, benchCase, type Case, type OwnMeasurement} from './harness';
import {peakMegabytes} from './support/apart';
import {writeManyRecords} from './support/writeManyRecords';

export const description =
  'opening a .rec with as many images as Glint360K and WebFace42M have (5 GB of disk)';

function openCase(name: string, images: number, people: number): Case {
  return benchCase<string>({
    name,
    work: {amount: images, unit: 'record'},
    setup: async () => {
      const folder = await mkdtemp(join(tmpdir(), 'bench-records-'));
      await writeManyRecords(folder, images, Math.round(images / people));
      return folder;
    },
    run: async folder => {
      const start = performance.now();
      const faces = await imageRecords(join(folder, 'train.rec'));
      if (faces.length !== images) throw new Error(`${faces.length} images of ${images}.`);
      const milliseconds = performance.now() - start;
      // Of the process so far: it tells the memory of a case that is run by `--only`.
      return {milliseconds, peakMegabytes: peakMegabytes()} satisfies OwnMeasurement;
    },
    dispose: folder => rm(folder, {recursive: true}),
  });
}

export function bench(): Bench {
  return {
    cases: [
      openCase('MS1MV2: 5.8 million', 5_822_653, 85_742),
      openCase('Glint360K: 17.1 million', 17_091_657, 360_232),
      openCase('WebFace42M: 42.5 million', 42_474_558, 2_059_906),
    ],
    rounds: 1,
    warmUp: 0,
  };
}
