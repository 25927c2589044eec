import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {type Case, measure, type OwnMeasurement, select, timed} from '../harness';

/** The peak memory of this process. Linux' `maxRSS` counts that of the process it was forked from too, so `VmHWM` where there is one. */
export function peakMegabytes(): number {
  try {
    const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    if (kilobytes !== undefined) return Number(kilobytes) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** In the child: runs one case three times and sends the peak memory of the process, in megabytes. */
export async function reportPeakMemory(each: Case): Promise<void> {
  await measure({cases: [{...each, tell: undefined}], rounds: 1, warmUp: 2});
  process.send?.(peakMegabytes());
  process.disconnect?.();
}

/** In the child: runs one case whenever it is told to and sends what it measured, until nobody listens any more. */
export async function serve(each: Case): Promise<void> {
  await select(each);
  const state = await each.setup?.();
  process.on('message', async () => {
    const {milliseconds} = await timed(each, state);
    process.send?.({milliseconds, peakMegabytes: peakMegabytes()} satisfies OwnMeasurement);
  });
}

function start(benchName: string, option: string, caseName: string): ChildProcess {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  return fork(main, [benchName, option, caseName], {stdio: ['ignore', 'ignore', 'inherit', 'ipc']});
}

async function answer<T>(child: ChildProcess, caseName: string): Promise<T> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The process measuring '${caseName}' ended with code ${code}.`);
  });
  const [message] = await Promise.race([once(child, 'message'), ended]);
  ended.catch(() => {});
  return message as T;
}

/** The same case in a process of its own. A Python peer has one already. */
export function caseApart(benchName: string, each: Case): Case {
  if (each.backend === undefined) return each;
  return {
    name: each.name,
    work: each.work,
    setup: () => start(benchName, '--serve', each.name),
    run: child => {
      (child as ChildProcess).send('run');
      return answer<OwnMeasurement>(child as ChildProcess, each.name);
    },
    dispose: child => (child as ChildProcess).kill(),
  };
}

/** The peak memory of a process that runs nothing but one case of a benchmark, in megabytes. */
export function peakMemoryApart(benchName: string, caseName: string): Promise<number> {
  return answer<number>(start(benchName, '--memory-of', caseName), caseName);
}
