import {spawnSync} from 'node:child_process';
import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {arcFace, sgd, Trainer, type TrainingState, useBackend} from 'face-margins';
import {checkpointFolder, FolderInUseError} from 'face-margins/node';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {FolderLock} from '../../../src/train/checkpoints/folderLock';
import {tinyNetwork, tinySource} from '../../support/tinyTraining';

const stateAt = (step: number): TrainingState => ({
  record: {
    version: 1,
    position: {step, epoch: 0, batch: step},
    seed: 1,
    optimizer: 'sgd',
    terms: [],
    means: {report: {}, terms: {}, epoch: {}},
    metrics: {},
  },
  tensors: new Map([['w', {shape: [1], values: Float32Array.of(step)}]]),
});

let folder: string;
let lockFile: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lock-'));
  lockFile = join(folder, 'training.lock');
});
afterEach(() => rm(folder, {recursive: true}));

const names = async () => (await readdir(folder)).sort();

const since = '2026-01-02T03:04:05.000Z';
const writeLock = (holder: object) =>
  writeFile(lockFile, JSON.stringify({host: hostname(), since, token: 'another', ...holder}));

/** The number of a process that has ended. */
const deadProcess = () => spawnSync(process.execPath, ['--version']).pid;

const refusal = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => undefined,
    caught => caught,
  );
  expect(error).toBeInstanceOf(FolderInUseError);
  return error as FolderInUseError;
};

describe('whoever reads checkpoints', () => {
  it('deletes nothing: not the file that a training is writing, nor its lock', async () => {
    await checkpointFolder(folder).save(stateAt(1));
    await writeLock({pid: process.pid});
    await writeFile(join(folder, 'checkpoint-000002-step-2.safetensors.77.tmp'), 'half');
    const before = await names();
    const reader = checkpointFolder(folder);
    expect(await reader.load()).toEqual(stateAt(1));
    expect(await reader.loadBest()).toBeUndefined();
    expect(await names()).toEqual(before);
  });

  it('finds one while a training takes away the older ones', async () => {
    const writer = checkpointFolder(folder, {keep: 1});
    await writer.save(stateAt(0));
    const writing = (async () => {
      for (let step = 1; step < 60; step++) await writer.save(stateAt(step));
    })();
    let last = 0;
    const warnings: string[] = [];
    const reader = checkpointFolder(folder, {onWarning: message => warnings.push(message)});
    while (last < 59) {
      const step = (await reader.load())?.record.position.step as number;
      expect(step).toBeGreaterThanOrEqual(last);
      last = step;
    }
    await writing;
    expect(warnings).toEqual([]);
  });
});

it('a checkpoint that is taken away before it is read makes the reader look again', async () => {
  await checkpointFolder(folder).save(stateAt(2));
  const warnings: string[] = [];
  const reader = checkpointFolder(folder, {onWarning: message => warnings.push(message)});
  const seen = vi.spyOn(reader as unknown as {names(): Promise<string[]>}, 'names');
  seen.mockResolvedValueOnce(['checkpoint-000000-step-1.safetensors']);
  expect(await reader.load()).toEqual(stateAt(2));
  expect(warnings).toEqual([]);
});

describe('a second training in a folder', () => {
  it('is refused by name, and may begin when the first has ended', async () => {
    const [first, second] = [checkpointFolder(folder), checkpointFolder(folder)];
    await first.begin();
    await first.save(stateAt(1));
    const before = await names();
    for (const attempt of [() => second.begin(), () => second.save(stateAt(9))]) {
      const error = await refusal(attempt());
      expect(error.holder).toMatchObject({pid: process.pid, host: hostname()});
      expect(error.message).toContain(
        `checkpointFolder: folder must be free of other trainings, but process ${process.pid} on ${hostname()} has trained in ${folder} since `,
      );
      expect(error.message).toContain(`If process ${process.pid} is not a training, delete ${lockFile}.`);
    }
    expect(await names()).toEqual(before);
    await first.end();
    await second.begin();
    await second.end();
    expect(await names()).toEqual(['checkpoint-000001-step-1.safetensors']);
  });

  it('is refused by fit before it trains, and the first one ends as it would have', async () => {
    await useBackend('wasm');
    const trainer = () =>
      new Trainer({
        backbone: tinyNetwork(),
        objective: arcFace({classes: 3, seed: 1}),
        optimizer: sgd(),
        learningRate: 0.01,
      });
    const [first, second] = [trainer(), trainer()];
    const checkpoints = checkpointFolder(folder);
    for await (const {step} of first.fit(tinySource(4), {epochs: 1, checkpoints, checkpointEvery: 1})) {
      if (step !== 2) continue;
      await refusal(second.run(tinySource(4), {epochs: 1, checkpoints: checkpointFolder(folder)}));
      await expect(second.run(tinySource(4), {epochs: 1, checkpoints})).rejects.toThrow(
        'fit: checkpoints must be a store for this training alone, but another training of this process saves to it.',
      );
      expect(second.position.step).toBe(0);
    }
    expect(first.position.step).toBe(4);
    expect(await names()).not.toContain('training.lock');
    expect((await checkpoints.load())?.record.position.step).toBe(4);
    await second.run(tinySource(4), {epochs: 1, checkpoints: checkpointFolder(folder, {onWarning() {}})});
  });

  it.each([
    ['has ended', () => ({pid: deadProcess()})],
    ['has left its number to this one', () => ({pid: process.pid, start: 'another boot 1'})],
  ])('begins without a hand where the process of the first %s', async (_, holder) => {
    await writeLock(holder());
    await checkpointFolder(folder).save(stateAt(1));
    expect(await names()).toEqual(['checkpoint-000001-step-1.safetensors']);
  });

  it.each([
    ['', 'is empty'],
    ['{"pid": 1, "ho', 'ends in the middle'],
    ['null', 'says nothing'],
    ['{"pid": -1, "host": "h", "since": "s", "token": "t"}', 'names no process'],
  ])('begins where the lock of a killed process is %j, which %s', async content => {
    await writeFile(lockFile, content);
    await checkpointFolder(folder).save(stateAt(1));
    expect(await names()).toEqual(['checkpoint-000001-step-1.safetensors']);
  });

  it('is refused where the first is on another machine, until it is said to be dead', async () => {
    await writeLock({pid: deadProcess(), host: 'gpu-7'});
    const {message} = await refusal(checkpointFolder(folder).begin());
    expect(message).toContain(`on gpu-7 has trained in ${folder} since ${since}.`);
    expect(message).toContain(
      `If that one is dead, give checkpointFolder {takeOver: true}, or delete ${lockFile}.`,
    );
    await checkpointFolder(folder, {takeOver: true}).save(stateAt(1));
    expect(await names()).toEqual(['checkpoint-000001-step-1.safetensors']);
    await writeLock({pid: process.pid});
    await refusal(checkpointFolder(folder, {takeOver: true}).begin());
  });

  it('that was told to take over stops the first before it writes', async () => {
    const first = checkpointFolder(folder);
    await first.begin();
    await first.save(stateAt(1));
    await writeLock({pid: 1, host: 'gpu-7'});
    const before = await names();
    await refusal(first.save(stateAt(2)));
    await first.end();
    expect(await names()).toEqual(before);
    expect(JSON.parse(await readFile(lockFile, 'utf8')).host).toBe('gpu-7');
  });

  it('does not stop the first where somebody has deleted its lock', async () => {
    const first = checkpointFolder(folder);
    await first.begin();
    await rm(lockFile);
    await first.save(stateAt(1));
    await refusal(checkpointFolder(folder).begin());
    await first.end();
  });

  it.each(['nothing', 'a dead one'])('is one of many that begin at once, after %s', async before => {
    for (let round = 0; round < 20; round++) {
      if (before !== 'nothing') await writeLock({pid: deadProcess()});
      const locks = Array.from({length: 8}, () => new FolderLock(folder, false));
      const taken = await Promise.allSettled(locks.map(lock => lock.take()));
      expect(taken.filter(({status}) => status === 'fulfilled')).toHaveLength(1);
      await Promise.all(locks.map(lock => lock.release()));
      expect(await names()).toEqual([]);
    }
  });
});
