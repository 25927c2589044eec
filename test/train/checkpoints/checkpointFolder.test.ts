import {mkdtemp, readdir, readFile, rm, writeFile} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {DataFormatError, type TrainingState} from 'face-margins';
import {decodeCheckpoint, encodeCheckpoint} from 'face-margins/formats';
import {checkpointFolder, jsonLinesLog} from 'face-margins/node';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {seededRandom} from '../../../src/base/random';

const stateAt = (step: number, metrics: Record<string, number> = {}, batch = 0): TrainingState => ({
  record: {
    version: 1,
    position: {step, epoch: 2, batch},
    seed: 1,
    optimizer: 'sgd',
    terms: ['arcFace'],
    means: {report: {loss: [0.1 + 0.2, 1]}, terms: {}, epoch: {}},
    metrics,
  },
  tensors: new Map([
    ['backbone/conv/kernel', {shape: [2, 2], values: Float32Array.of(1, -0, 1e-40, step)}],
    ['objective/arcFace/iteration', {shape: [], values: Float32Array.of(step)}],
    ['empty', {shape: [0, 3], values: new Float32Array()}],
  ]),
});

let folder: string;
let warnings: string[];
const onWarning = (message: string) => void warnings.push(message);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'checkpoints-'));
  warnings = [];
});
afterEach(() => rm(folder, {recursive: true}));

const names = async () => (await readdir(folder)).sort();

describe('a checkpoint file', () => {
  it('gives back what was written, to the bit', async () => {
    const bytes = await encodeCheckpoint(stateAt(7, {loss: 1 / 3}));
    expect(await decodeCheckpoint(bytes)).toEqual(stateAt(7, {loss: 1 / 3}));
  });

  it('is told to be damaged for every byte that is not as it was, but those that mean nothing', async () => {
    const bytes = await encodeCheckpoint(stateAt(7));
    let told = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at] ^= 1 << (at % 8);
      const read = await decodeCheckpoint(damaged).catch(() => undefined);
      if (read) expect(read).toEqual(stateAt(7));
      told += read ? 0 : 1;
    }
    expect(told / bytes.length).toBeGreaterThan(0.95);
  });

  it('is told to be cut off wherever it is', async () => {
    const bytes = await encodeCheckpoint(stateAt(7));
    for (let end = 0; end < bytes.length; end += 7) {
      await expect(decodeCheckpoint(bytes.slice(0, end))).rejects.toThrow(/The checkpoint/);
    }
  });

  it('is refused where it is of another version, or not a checkpoint', async () => {
    const state = stateAt(1);
    (state.record as {version: number}).version = 2;
    await expect(decodeCheckpoint(await encodeCheckpoint(state), 'a.safetensors')).rejects.toThrow(
      'a.safetensors is a checkpoint of version 2; this version of face-margins reads version 1.',
    );
    const none = {...stateAt(1), record: null as unknown as TrainingState['record']};
    await expect(decodeCheckpoint(await encodeCheckpoint(none))).rejects.toThrow(DataFormatError);
  });
});

describe('a checkpoint folder', () => {
  it('keeps the newest few, and gives the newest', async () => {
    const checkpoints = checkpointFolder(join(folder, 'new'), {keep: 2});
    expect(await checkpoints.load()).toBeUndefined();
    for (const step of [5, 10, 15]) await checkpoints.save(stateAt(step));
    expect((await readdir(join(folder, 'new'))).sort()).toEqual([
      'checkpoint-000002-step-10.safetensors',
      'checkpoint-000003-step-15.safetensors',
    ]);
    expect(await checkpointFolder(join(folder, 'new')).load()).toEqual(stateAt(15));
  });

  it('keeps the best by a figure besides, over several runs', async () => {
    const options = {keep: 1, best: {metric: 'accuracy'}, onWarning};
    const first = checkpointFolder(folder, options);
    await first.save(stateAt(1, {accuracy: 0.7}));
    await first.save(stateAt(2, {accuracy: 0.9}));
    await first.save(stateAt(3, {accuracy: 0.95}, 1));
    const second = checkpointFolder(folder, options);
    await second.load();
    await second.save(stateAt(4, {accuracy: 0.8}));
    expect(await second.loadBest()).toEqual(stateAt(2, {accuracy: 0.9}));
    await second.save(stateAt(5, {accuracy: 0.91}));
    expect((await second.loadBest())?.record.position.step).toBe(5);
    await second.save(stateAt(6, {loss: 1}));
    expect((await second.loadBest())?.record.position.step).toBe(5);
    expect(warnings).toEqual([]);
    await second.save(stateAt(7, {loss: 1, auc: 0.9}));
    expect(warnings).toEqual([
      'checkpointFolder: best.metric is accuracy, but validate gave auc; no best checkpoint is kept of this epoch.',
    ]);
  });

  it('takes the lowest loss for the best', async () => {
    const checkpoints = checkpointFolder(folder, {best: {metric: 'loss'}});
    for (const [step, loss] of [
      [1, 2],
      [2, 1],
      [3, 1.5],
    ])
      await checkpoints.save(stateAt(step, {loss}));
    expect((await checkpoints.loadBest())?.record.position.step).toBe(2);
  });

  it('takes no figure for the best that is not finite, and says so once', async () => {
    const options = {best: {metric: 'accuracy'}, onWarning};
    const checkpoints = checkpointFolder(folder, options);
    for (const [step, accuracy] of [0.9, Number.NaN, 0.5, Infinity, 0.4].entries()) {
      await checkpoints.save(stateAt(step, {accuracy}));
    }
    expect((await checkpoints.loadBest())?.record.position.step).toBe(0);
    expect(warnings).toEqual([
      'checkpointFolder: best.metric accuracy is NaN at step 1; what is not a finite number is never the best.',
    ]);
  });

  it('takes anything for better than a best whose figure is none', async () => {
    const state = stateAt(1, {loss: Number.NaN});
    await writeFile(join(folder, 'best.safetensors'), await encodeCheckpoint(state));
    const checkpoints = checkpointFolder(folder, {best: {metric: 'loss'}, onWarning});
    await checkpoints.load();
    await checkpoints.save(stateAt(2, {loss: 0.5}));
    expect((await checkpoints.loadBest())?.record.position.step).toBe(2);
  });

  it('goes back to the one before where the newest is damaged, and says so', async () => {
    const checkpoints = checkpointFolder(folder, {onWarning});
    for (const step of [1, 2, 3]) await checkpoints.save(stateAt(step));
    const [one, two, three] = (await names()).map(name => join(folder, name));
    const bytes = await readFile(three);
    await writeFile(three, bytes.subarray(0, bytes.length / 2));
    await writeFile(two, new Uint8Array(await readFile(two)).fill(1, -60, -40));
    expect(await checkpoints.load()).toEqual(stateAt(1));
    expect(warnings[0]).toMatch(
      /checkpoint-000003-step-3\.safetensors.* Going back to checkpoint-000002-step-2/s,
    );
    expect(warnings[1]).toContain('is damaged: its content is not what was written. Going back to');
    await writeFile(one, '');
    await expect(checkpoints.load()).rejects.toThrow('None of the 3 checkpoints in');
    await expect(checkpoints.load({isQuiet: true})).rejects.toThrow('None of the 3 checkpoints in');
    // There is nothing to go back to from the oldest.
    expect(warnings).toHaveLength(4);
  });

  it('clears away what a killed process left, and leaves other files alone', async () => {
    await writeFile(join(folder, 'checkpoint-000009-step-9.safetensors.77.tmp'), 'half');
    await writeFile(join(folder, 'notes.txt'), 'mine');
    await checkpointFolder(folder, {keep: 1}).save(stateAt(1));
    expect(await names()).toEqual(['checkpoint-000001-step-1.safetensors', 'notes.txt']);
  });

  it('says that it has checkpoints of a training that was not resumed', async () => {
    await checkpointFolder(folder).save(stateAt(900));
    const other = checkpointFolder(folder, {onWarning});
    await other.save(stateAt(1));
    expect(warnings).toEqual([expect.stringContaining('checkpoints of a training that was not resumed')]);
    expect(await other.load()).toEqual(stateAt(1));
  });

  it('lays the best of a training that was not resumed aside, and does not take it for its own', async () => {
    const options = {best: {metric: 'accuracy'}, onWarning};
    const old = stateAt(900, {accuracy: 0.9});
    await checkpointFolder(folder, options).save(old);
    const other = checkpointFolder(folder, options);
    await other.save(stateAt(1));
    expect(await other.loadBest()).toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining('and its best is kept as previous-best.safetensors')]);
    await other.save(stateAt(2, {accuracy: 0.5}));
    expect(await other.loadBest()).toEqual(stateAt(2, {accuracy: 0.5}));
    expect(await decodeCheckpoint(await readFile(join(folder, 'previous-best.safetensors')))).toEqual(old);
  });
});

describe('jsonLinesLog', () => {
  it('logs each step once, though a killed process had gone further than its checkpoint', async () => {
    const file = join(folder, 'logs', 'log.jsonl');
    const first = await jsonLinesLog(file);
    for (const step of [1, 2, 3]) first.write({step, loss: step / 4});
    first.close();
    await writeFile(file, '{"step": 4, "lo', {flag: 'a'});
    const second = await jsonLinesLog(file, {after: 2});
    second.write({step: 3, loss: 9});
    second.close();
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map(line => JSON.parse(line))).toEqual([
      {step: 1, loss: 0.25},
      {step: 2, loss: 0.5},
      {step: 3, loss: 9},
    ]);
  });
});

it('holds random states as they are', async () => {
  const random = seededRandom(3);
  const state = stateAt(2);
  for (let i = 0; i < 20; i++) {
    const shape = [Math.floor(random() * 5), Math.floor(random() * 4)];
    state.tensors.set(`w${i}`, {shape, values: Float32Array.from({length: shape[0] * shape[1]}, random)});
  }
  expect(await decodeCheckpoint(await encodeCheckpoint(state))).toEqual(state);
});
