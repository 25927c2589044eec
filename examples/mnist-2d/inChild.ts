import {fork} from 'node:child_process';
import {fileURLToPath} from 'node:url';
import type {Progress} from '../../cli/progressBars';
import type {Job, Outcome} from './job';

type Message = {progress: Progress} | {outcome: Outcome} | {error: string};

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));

/**
 * Runs a job in a child process, so that several train at once: a small network uses two cores better for two trainings than for
 * one.
 */
export function runInChild(job: Job, report: (progress: Progress) => void): Promise<Outcome> {
  // "advanced" lets typed arrays pass as they are.
  const child = fork(worker, {serialization: 'advanced'});
  child.send(job);
  return new Promise((resolve, reject) => {
    child.on('message', (message: Message) => {
      if ('progress' in message) {
        report(message.progress);
      } else if ('outcome' in message) {
        resolve(message.outcome);
      } else {
        reject(new Error(`${job.head}: ${message.error}`));
      }
    });
    child.on('exit', code =>
      reject(new Error(`${job.head}: the process that trained it ended with code ${code}.`)),
    );
  });
}

/** Starts tasks in order, at most `limit` at a time, and gives their results in the same order. */
export async function atMost<T>(limit: number, tasks: (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const queue = tasks.entries();
  const work = async () => {
    for (const [i, task] of queue) {
      results[i] = await task();
    }
  };
  await Promise.all(Array.from({length: Math.min(limit, tasks.length)}, work));
  return results;
}
