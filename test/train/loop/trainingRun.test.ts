import * as tf from '@tensorflow/tfjs-core';
import {arcFace, type StepReport, sgd, Trainer, type TrainingRun, useBackend} from 'face-margins';
import {beforeAll, describe, expect, it, vi} from 'vitest';
import {collect, MemoryStore, tinyNetwork, tinySource, valuesOf} from '../../support/tinyTraining';

const trainerOf = (onWarning?: (message: string) => void) =>
  new Trainer({
    backbone: tinyNetwork(),
    objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 5}),
    optimizer: sgd({momentum: 0.9}),
    learningRate: 0.05,
    onWarning,
  });

const told = (report: StepReport | undefined) => report && {step: report.step, loss: report.loss};

describe('a run of fit', () => {
  beforeAll(() => useBackend('wasm'));

  it('trains to its end when it is awaited, as one whose reports are taken, and gives the last report', async () => {
    const [taken, awaited] = [trainerOf(), trainerOf()];
    const reports = await collect(taken.fit(tinySource(3), {epochs: 2}));
    const before = tf.memory().numTensors;
    const last = await awaited.fit(tinySource(3), {epochs: 2});
    expect(tf.memory().numTensors).toBe(before);
    expect(told(last)).toEqual(told(reports.at(-1)));
    expect(Object.values(valuesOf(awaited.backbone))).toEqual(Object.values(valuesOf(taken.backbone)));
    expect(await awaited.fit(tinySource(3), {epochs: 2})).toBeUndefined();
  });

  it('warns where nobody takes its reports, and nowhere else', async () => {
    vi.useFakeTimers({toFake: ['setTimeout', 'clearTimeout']});
    try {
      const warnings: string[] = [];
      const trainer = trainerOf(message => warnings.push(message));
      const start = () => trainer.fit(tinySource(3), {epochs: 1});
      const forgotten = start();
      vi.advanceTimersByTime(999);
      expect(warnings).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(warnings).toEqual([expect.stringMatching(/^fit: nothing is trained, because .* write `await/)]);
      await forgotten;
      await start();
      for await (const _ of start()) expect.fail('all is trained');
      await start().return();
      await expect(start().throw(new Error('enough'))).rejects.toThrow('enough');
      vi.advanceTimersByTime(5000);
      expect(warnings).toHaveLength(1);
    } finally {
      vi.useRealTimers();
    }
  });

  it('trains once, however often it is awaited', async () => {
    const trainer = trainerOf();
    const run = trainer.fit(tinySource(3), {epochs: 1});
    const [first, second] = await Promise.all([run, run]);
    expect(first).toBe(second);
    expect(await run).toBe(first);
    expect(trainer.position.step).toBe(3);
  });

  it('trains to its end where an async function returns it, as JavaScript awaits it there', async () => {
    const trainer = trainerOf();
    const last = await (async () => trainer.fit(tinySource(3), {epochs: 1}))();
    expect(last?.step).toBe(3);
    const {run} = await (async () => ({run: trainer.fit(tinySource(3), {epochs: 2})}))();
    expect(trainer.position.step).toBe(3);
    expect((await collect(run)).map(({step}) => step)).toEqual([4, 5, 6]);
  });

  it('goes on to its end when it is awaited after some reports', async () => {
    const run = trainerOf().fit(tinySource(3), {epochs: 2});
    expect((await run.next()).value).toMatchObject({step: 1});
    expect(await run).toMatchObject({step: 6});
    expect(await collect(run)).toEqual([]);
  });

  it('gives the last report that was taken when it is awaited after a break', async () => {
    const checkpoints = new MemoryStore();
    const trainer = trainerOf();
    const run = trainer.fit(tinySource(3), {epochs: 2, checkpoints});
    for await (const {step} of run) if (step === 2) break;
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([2]);
    expect((await run)?.step).toBe(2);
    expect(trainer.position.step).toBe(2);
  });

  it('hands reports on through yield*', async () => {
    async function* both(): AsyncGenerator<StepReport> {
      yield* trainerOf().fit(tinySource(2), {epochs: 1});
      yield* trainerOf().fit(tinySource(1), {epochs: 1});
    }
    expect((await collect(both())).map(({step}) => step)).toEqual([1, 2, 1]);
  });

  it('fails where the training does', async () => {
    const failing = (): TrainingRun => trainerOf().fit(tinySource(3), {});
    const message = 'fit: epochs or steps must say how long to train, but neither is given.';
    await expect((async () => await failing())()).rejects.toThrow(message);
    expect(await failing().catch((error: Error) => error.message)).toBe(message);
    let ended = false;
    await expect(failing().finally(() => (ended = true))).rejects.toThrow(message);
    expect(ended).toBe(true);
  });

  it('ends with a checkpoint where an error is thrown into it', async () => {
    const checkpoints = new MemoryStore();
    const run = trainerOf().fit(tinySource(3), {epochs: 2, checkpoints});
    await run.next();
    await expect(run.throw(new Error('enough'))).rejects.toThrow('enough');
    expect(checkpoints.states.map(({record}) => record.position.step)).toEqual([1]);
  });
});
