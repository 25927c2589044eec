import {describe, expect, it} from 'vitest';
import {Sorter} from '../../../examples/album/clustering/sorter';
import {Importer} from '../../../examples/album/finding/importer';
import type {Command, FoundFace, News} from '../../../examples/album/finding/messages';
import {workerCount} from '../../../examples/album/finding/workerCount';
import {type FaceWorker, WorkerPool} from '../../../examples/album/finding/workerPool';
import {isPicture} from '../../../examples/album/page/isPicture';
import {Album} from '../../../examples/album/people/album';
import {timeLeft} from '../../../examples/album/people/timeLeft';

const picture = new Blob();
const box = {x: 0, y: 0, width: 1, height: 1};
const found = (job: number, faces: FoundFace[] = [], notes: string[] = []): News => ({
  type: 'found',
  job,
  faces,
  notes,
  tensors: 0,
});

/** A worker that a test answers for. */
class FakeWorker implements FaceWorker {
  onmessage: FaceWorker['onmessage'] = null;
  onerror: FaceWorker['onerror'] = null;
  readonly commands: Command[] = [];
  ended = false;

  postMessage(command: Command): void {
    this.commands.push(command);
  }

  terminate(): void {
    this.ended = true;
  }

  say(data: News): void {
    this.onmessage?.({data} as MessageEvent<News>);
  }

  crash(message: string): void {
    this.onerror?.({message} as ErrorEvent);
  }

  get jobs(): number[] {
    return this.commands.flatMap(command => (command.type === 'find' ? [command.job] : []));
  }
}

function fakePool(workers: number) {
  const made: FakeWorker[] = [];
  const failures: string[] = [];
  const pool = new WorkerPool({
    workers,
    newWorker: () => {
      const worker = new FakeWorker();
      made.push(worker);
      return worker;
    },
    modelFolder: '',
    onReady: () => undefined,
    onFailed: message => failures.push(message),
  });
  return {pool, made, failures};
}

const ready: News = {type: 'ready', network: 'a network', embeddingSize: 2};
const job = {file: picture, cropped: false};

describe('WorkerPool', () => {
  it('starts the others after the first, and gives each one photograph at a time', () => {
    const {pool, made} = fakePool(2);
    for (let i = 0; i < 4; i++) pool.find(job);
    expect(made).toHaveLength(1);
    made[0].say(ready);
    made[1].say(ready);
    expect([made[0].jobs, made[1].jobs]).toEqual([[0], [1]]);
    made[1].say(found(1));
    expect([made[0].jobs, made[1].jobs]).toEqual([[0], [1, 2]]);
  });

  it('lets a search go before what waits', () => {
    const {pool, made} = fakePool(1);
    for (let i = 0; i < 3; i++) pool.find(job);
    pool.find(job, true);
    made[0].say(ready);
    made[0].say(found(3));
    expect(made[0].jobs).toEqual([3, 0]);
  });

  it('loses one photograph to a crash, and goes on with a new worker', async () => {
    const {pool, made} = fakePool(1);
    const [first, second] = [pool.find(job), pool.find(job)];
    made[0].say(ready);
    made[0].crash('out of memory');
    expect(await first).toEqual({type: 'unreadable', job: 0, message: 'out of memory'});
    expect(made[0].ended).toBe(true);
    made[1].say(ready);
    made[1].say(found(1));
    expect((await second).type).toBe('found');
  });

  it('says so where no worker can start, of each photograph too', async () => {
    const {pool, made, failures} = fakePool(2);
    const before = pool.find(job);
    made[0].say({type: 'failed', message: 'no such network'});
    expect(failures).toEqual(['no such network']);
    expect(made).toHaveLength(1);
    expect(await before).toEqual({type: 'unreadable', job: 0, message: 'no such network'});
    expect(await pool.find(job)).toEqual({type: 'unreadable', job: 1, message: 'no such network'});
  });

  it('stops what waits, not what has begun', async () => {
    const {pool, made} = fakePool(1);
    const [begun, waiting] = [pool.find(job), pool.find(job)];
    made[0].say(ready);
    pool.cancelWaiting();
    expect((await waiting).type).toBe('stopped');
    made[0].say(found(0));
    expect((await begun).type).toBe('found');
  });
});

describe('Importer', () => {
  it('counts, hands faces over, and keeps each problem with the name of its photograph', async () => {
    const faces: [number, FoundFace][] = [];
    const embedding = Float32Array.of(1, 0);
    const answers: News[] = [
      found(0, [{picture, box, score: 1, embedding}], ['One face is turned too far to be aligned.']),
      {type: 'unreadable', job: 1, message: 'No picture.'},
      found(2, [], ['No face was found.']),
    ];
    let seconds = 0;
    const importer = new Importer(
      async () => answers.shift() as Extract<News, {type: 'found'}>,
      {
        onFace: (face, photograph) => faces.push([photograph, face]),
        onProgress: () => undefined,
      },
      () => 1000 * seconds,
    );
    const adding = importer.add(
      ['a', 'b', 'c'].map(name => ({name, file: picture})),
      false,
    );
    expect([importer.running, importer.of]).toEqual([true, 3]);
    seconds = 5;
    expect(importer.seconds).toBe(5);
    await adding;
    expect([importer.running, importer.done]).toEqual([false, 3]);
    expect(faces.map(([photograph]) => photograph)).toEqual([0]);
    expect(importer.problems).toEqual([
      {name: 'a', message: 'One face is turned too far to be aligned.'},
      {name: 'b', message: 'No picture.'},
      {name: 'c', message: 'No face was found.'},
    ]);
  });
});

describe('Sorter', () => {
  const embedding = Float32Array.of(1, 0);
  const face = {picture, url: '', photograph: 0, box};
  const add = (album: Album, count: number) => {
    for (let i = 0; i < count; i++) album.add(face, embedding);
  };

  it('makes few trees while faces come, and one of all at the end', async () => {
    const album = new Album(0.5);
    const sizes: number[] = [];
    const sorter = new Sorter(
      album,
      async ({values, dimension}) => {
        const count = values.length / dimension;
        sizes.push(count);
        return {count, cosines: new Float64Array(count - 1), cut: () => ({labels: new Int32Array(count)})};
      },
      () => undefined,
    );
    for (let i = 0; i < 1000; i++) {
      add(album, 1);
      await sorter.facesCame(false);
    }
    await sorter.facesCame(true);
    expect(sizes.at(-1)).toBe(1000);
    expect(sizes.length).toBeLessThan(35);
    // The work of a tree grows with the square: all of them together are a few times the last.
    const work = sizes.reduce((sum, size) => sum + size * size, 0);
    expect(work / 1000 ** 2).toBeLessThan(5);
  });

  it('says why there is no tree', async () => {
    const album = new Album(0.5);
    const said: string[] = [];
    const sorter = new Sorter(
      album,
      () => Promise.reject(new Error('too many')),
      text => said.push(text),
    );
    add(album, 4);
    await sorter.facesCame(true);
    expect(said).toEqual(['too many']);
  });
});

describe('workerCount', () => {
  it.each([
    [null, 1, 1],
    [null, 2, 1],
    [null, 6, 5],
    [null, 64, 8],
    [null, 0, 1],
    ['2', 64, 2],
    ['0', 4, 3],
    ['many', 4, 3],
    ['1000', 4, 32],
  ])('wished %s of %i cores: %i', (wished, cores, expected) => {
    expect(workerCount(wished, cores)).toBe(expected);
  });
});

describe('isPicture', () => {
  it('goes by the type, and by the name where there is no type', () => {
    const named = (name: string, type = '') => isPicture({name, file: new Blob([], {type})});
    expect([
      named('a', 'image/jpeg'),
      named('a.HEIC'),
      named('a.txt'),
      named('a.pdf', 'application/pdf'),
    ]).toEqual([true, true, false, false]);
  });
});

describe('timeLeft', () => {
  it.each([
    [{done: 1, of: 100, seconds: 9}, ''],
    [{done: 100, of: 100, seconds: 9}, ''],
    [{done: 50, of: 55, seconds: 60}, 'a few seconds left'],
    [{done: 50, of: 75, seconds: 60}, 'about 30 seconds left'],
    [{done: 50, of: 110, seconds: 50}, 'about a minute left'],
    [{done: 100, of: 1000, seconds: 60}, 'about 9 minutes left'],
    [{done: 100, of: 10_000, seconds: 60}, 'about 1.5 hours left'],
  ])('%o: %s', (work, expected) => {
    expect(timeLeft(work)).toBe(expected);
  });
});
