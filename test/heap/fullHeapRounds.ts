import {fork} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import type {TrainingState} from 'face-margins';
import {checkpointFolder} from 'face-margins/node';
import {seededRandom} from '../../src/base/random';
import {MemoryStore} from '../support/tinyTraining';
import {heapTrainer, source, steps} from './heapTraining';

/** What a training says of itself at its end. */
interface Told {
  allocations: number;
  taken: number;
  error?: string;
}

/** One training whose heap filled up. */
export interface Round extends Told {
  /** The allocation at which it did, and how many bytes were left. */
  moment: number;
  left: number;
  /** The step of the newest checkpoint; 0 where there is none. */
  saved: number;
  /** The loss of that checkpoint on a batch of its own, and the loss of the training that never ran into it. */
  loss?: number;
  expected?: number;
  /** Whether every weight, statistic, center and momentum is that of the other training, to the bit. */
  isEqual: boolean;
}

async function train(folder: string, moment: number, left: number): Promise<Told> {
  const child = fork(
    fileURLToPath(new URL('training.ts', import.meta.url)),
    [folder, `${moment}`, `${left}`],
    {
      execArgv: ['--import', 'tsx'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    },
  );
  const [told] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => [
      {allocations: 0, taken: 0, error: `the process ended with ${code}`},
    ]),
  ]);
  return told as Told;
}

function equal(one: TrainingState, other: TrainingState): boolean {
  return [...other.tensors].every(([name, {values}]) =>
    values.every((value, i) => Object.is(value, one.tensors.get(name)?.values[i])),
  );
}

/**
 * Trains again and again, each time in a process of its own whose heap fills at a moment drawn at random, and compares the newest checkpoint
 * with the same step of a training that never ran into it. The wasm backend must be in use.
 */
export async function* fullHeapRounds(count: number, seed: number): AsyncGenerator<Round> {
  const folder = await mkdtemp(join(tmpdir(), 'full-heap-'));
  try {
    const {trainer, lossOf, validate} = heapTrainer();
    const whole = new MemoryStore();
    await trainer.run(source, {steps, checkpoints: whole, checkpointEvery: 1, validate});
    const {allocations} = await train(join(folder, 'whole'), Infinity, 0);
    const random = seededRandom(seed);
    for (let i = 0; i < count; i++) {
      const moment = 1 + Math.floor(random() * allocations);
      const left = Math.floor(16e6 * random() ** 3);
      const path = join(folder, `${i}`);
      const told = await train(path, moment, left);
      const state = await checkpointFolder(path).load();
      const saved = state?.record.position.step ?? 0;
      const expected = whole.states.find(({record}) => record.position.step === saved);
      yield {
        ...told,
        moment,
        left,
        saved,
        ...(state && expected && {loss: lossOf(state), expected: lossOf(expected)}),
        isEqual: state === undefined || (expected !== undefined && equal(state, expected)),
      };
      await rm(path, {recursive: true, force: true});
    }
  } finally {
    await rm(folder, {recursive: true});
  }
}
