import {type ChildProcess, fork} from 'node:child_process';
import {once} from 'node:events';
import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {hostname, tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {checkpointFolder} from 'face-margins/node';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {seededRandom} from '../../../src/base/random';

const script = fileURLToPath(new URL('killed/training.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'killed-'));
});
afterAll(() => rm(folder, {recursive: true}));

/** A process that trains in a folder for 120 steps, those taken before counted, and sends a message with each. */
const start = (name: string, pauseAt?: number, stdout: 'ignore' | 'pipe' = 'ignore'): ChildProcess =>
  fork(script, [join(folder, name), String(pauseAt)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', stdout, 'pipe', 'ipc'],
  });

/** Its exit code; nothing where it was killed. */
async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

/** Sends a signal when the process has taken so many steps, or does nothing if it ends before. */
function interrupt(child: ChildProcess, signal: NodeJS.Signals, steps: number, delay = 0): void {
  let taken = 0;
  child.on('message', () => {
    if (++taken === steps) setTimeout(() => child.kill(signal), delay);
  });
}

/** What was logged, without the speed. */
async function logged(name: string) {
  const lines = (await readFile(join(folder, name, 'log.jsonl'), 'utf8')).trimEnd().split('\n');
  return lines.map(line => {
    const {imagesPerSecond, secondsLeft, ...told} = JSON.parse(line);
    return told;
  });
}

describe('a training in a process of its own', () => {
  it('that is killed again and again ends as one that never was', async () => {
    const whole = start('whole');
    const random = seededRandom(Date.now());
    let kills = 0;
    for (; kills < 20; kills++) {
      const child = start('killed');
      // In the middle of a step, of writing a checkpoint or a line of the log: wherever it happens to be.
      interrupt(child, 'SIGKILL', 20 + Math.floor(30 * random()), 8 * random());
      if ((await end(child)) === 0) break;
    }
    expect(kills).toBeGreaterThan(1);
    expect(await end(whole)).toBe(0);
    const expected = await logged('whole');
    expect(expected).toHaveLength(120);
    expect(await logged('killed')).toEqual(expected);
  });

  it('is the only one in its folder: another is refused, reading does no harm, and it ends as one alone', async () => {
    const first = start('shared', 30);
    const reads: Promise<unknown>[] = [];
    first.on('message', (step: number) => {
      reads.push(checkpointFolder(join(folder, 'shared')).load());
      if (step === 30) void startAnother().finally(() => first.send('go on'));
    });
    let [said, code]: [string, number | null] = ['', 0];
    const startAnother = async () => {
      const second = start('shared');
      second.stderr?.on('data', data => (said += data));
      code = await end(second);
    };
    expect(await end(first)).toBe(0);
    expect(code).toBeGreaterThan(0);
    expect(said).toContain(
      `but process ${first.pid} on ${hostname()} has trained in ${join(folder, 'shared')} since`,
    );
    const found = (await Promise.all(reads)).filter(Boolean);
    expect(found.length).toBeGreaterThan(50);
    expect(await logged('shared')).toEqual(await logged('whole'));
  });

  /** Expects a process that has been told to end to do so with a checkpoint of its last step. */
  async function expectClosed(child: ChildProcess, name: string) {
    expect(await end(child)).toBe(130);
    const last = (await logged(name)).at(-1)?.step;
    expect(last).toBeLessThan(120);
    const names = await readdir(join(folder, name));
    expect(names).not.toContain('training.lock');
    expect(names.some(file => file.endsWith(`-step-${last}.safetensors`))).toBe(true);
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'that gets %s writes a checkpoint and exits',
    async signal => {
      const child = start(signal);
      interrupt(child, signal, 5);
      await expectClosed(child, signal);
    },
  );

  it('whose output nobody reads any more writes a checkpoint and exits', async () => {
    const child = start('unread', undefined, 'pipe');
    let taken = 0;
    child.on('message', () => {
      if (++taken === 5) child.stdout?.destroy();
    });
    await expectClosed(child, 'unread');
  });
});
