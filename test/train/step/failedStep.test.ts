import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {type EmbeddingLoss, type Optimizer, sgd, softmax, Trainer} from 'face-margins';
import {afterAll, beforeEach, describe, expect, it} from 'vitest';
import {leavesTensorsAlone} from '../../../src/backend/leavesTensorsAlone';
import {HeapFullError} from '../../../src/backend/wasm/heapFullError';
import {fillHeap, freshWasm, wasmModule} from '../../support/fillHeap';
import {MemoryStore, tinyNetwork, tinySource} from '../../support/tinyTraining';

/** A trainer whose third step, and no other, does something more in its loss. */
function trainerOf(third: () => void, optimizer: Optimizer = sgd({momentum: 0.9})): Trainer {
  const head = softmax({classes: 3, seed: 1});
  let steps = 0;
  const extra: EmbeddingLoss = {
    loss(embeddings, labels, options) {
      if (++steps === 3) third();
      return head.loss(embeddings, labels, options);
    },
  };
  return new Trainer({
    backbone: tinyNetwork({norm: true}),
    objective: [head, extra],
    optimizer,
    learningRate: 0.01,
  });
}

const throwing = (error: Error) => () => {
  throw error;
};

/** The error with which ten steps end, and which of them have a checkpoint. */
async function failure(trainer: Trainer, options: object = {}) {
  const checkpoints = new MemoryStore();
  const error: Error = await trainer.run(tinySource(10), {epochs: 1, checkpoints, ...options}).then(
    () => expect.fail('no error'),
    error => error,
  );
  return {error, checkpoints, saved: checkpoints.states.map(({record}) => record.position.step)};
}

beforeEach(freshWasm);
// Files that share this process need a memory that nothing was written over.
afterAll(freshWasm);

describe('an error in the midst of a step', () => {
  it.each([
    new HeapFullError(8),
    new WebAssembly.RuntimeError('memory access out of bounds'),
    new RangeError('Array buffer allocation failed'),
  ])('of memory leaves the last checkpoint the newest: %s', async cause => {
    const {error, saved} = await failure(trainerOf(throwing(cause)));
    expect(saved).toEqual([]);
    expect(error.message).toBe(
      `${cause.message} No checkpoint of step 2 was written, because this error may have damaged the weights: go on from the last checkpoint.`,
    );
    expect(error.cause).toBe(cause);
    const [every, unsaved] = [
      await failure(trainerOf(throwing(cause)), {checkpointEvery: 2}),
      await failure(trainerOf(throwing(cause)), {checkpoints: undefined}),
    ];
    expect(every.saved).toEqual([2]);
    for (const told of [every.error, unsaved.error])
      expect(told, 'nothing is to be told of checkpoints').toBe(cause);
  });

  it('that leaves weights alone ends with a checkpoint, as an error of the data does', async () => {
    const cause = new Error('a loss of the user');
    const {error, saved} = await failure(trainerOf(throwing(cause)));
    expect(error).toBe(cause);
    expect(saved).toEqual([2]);
  });

  it('is taken for harmless only by a backend that can tell', async () => {
    expect(leavesTensorsAlone(new Error('labels'))).toBe(true);
    tf.registerBackend('other', () => Object.assign(new tf.KernelBackend(), {dispose: () => undefined}));
    try {
      await tf.setBackend('other');
      expect(leavesTensorsAlone(new Error('labels'))).toBe(false);
    } finally {
      tf.removeBackend('other');
      await tf.setBackend('wasm');
    }
  });
});

it('a heap that is full at a step is said, and the training goes on when there is room again', async () => {
  let release: (() => void) | undefined;
  const trainer = trainerOf(() => {
    release = fillHeap(0);
  });
  const {error, saved} = await failure(trainer, {checkpointEvery: 2});
  expect(error.message).toMatch(/^The WebAssembly heap, at most 4 GB, has no room for another [\d,]+ bytes/);
  expect(saved).toEqual([2]);
  release?.();
  await trainer.run(tinySource(10), {steps: 4});
  expect(trainer.position.step).toBe(4);
});

it('a step that fails while it changes weights is neither saved nor gone on from', async () => {
  let calls = 0;
  const stock = sgd({momentum: 0.9});
  const optimizer: Optimizer = {
    ...stock,
    rule: rates => (gradient, slots) => {
      // The second weight of the third step.
      if (rates.step === 3 && ++calls === 2) throw new Error('the rule fails');
      return stock.rule(rates)(gradient, slots);
    },
  };
  const trainer = trainerOf(() => undefined, optimizer);
  const {error, saved, checkpoints} = await failure(trainer, {checkpointEvery: 2});
  expect(error.message).toBe('the rule fails');
  expect(saved).toEqual([2]);
  const refused = 'Trainer: step 3 failed while it changed the weights';
  await expect(trainer.state()).rejects.toThrow(refused);
  await expect(trainer.run(tinySource(10), {steps: 5})).rejects.toThrow(refused);
  trainer.restore(checkpoints.states[0], {weightsOnly: 'backbone'});
  await expect(trainer.state()).rejects.toThrow('Trainer: step 1 failed');
  trainer.restore(checkpoints.states[0]);
  await trainer.run(tinySource(10), {steps: 4});
  expect((await trainer.state()).record.position.step).toBe(4);
});

it('nothing is saved from a memory that was overwritten between two steps', async () => {
  const onReport = ({step}: {step: number}) => {
    if (step === 3) wasmModule().HEAPU8.fill(0, 0, 4096);
  };
  const {error, saved} = await failure(
    trainerOf(() => undefined),
    {checkpointEvery: 2, callbacks: {onReport}},
  );
  expect(error.message).toContain('No tensor of this backend can be trusted any more');
  expect(saved).toEqual([2]);
});
