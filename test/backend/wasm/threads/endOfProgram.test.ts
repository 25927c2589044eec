import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';

const program = fileURLToPath(new URL('programs/train.ts', import.meta.url));

/** Against a program that does not end. */
const TIMEOUT = 120_000;

function start(what: string): ChildProcess {
  return spawn(process.execPath, ['--import', 'tsx', program, what], {
    timeout: TIMEOUT,
    killSignal: 'SIGKILL',
  });
}

/** How a program ends, and what it has printed. */
async function endOf(
  child: ChildProcess,
): Promise<{code: number | null; signal: string | null; out: string}> {
  let out = '';
  child.stdout?.on('data', data => {
    out += data;
  });
  child.stderr?.resume();
  const [code, signal] = await once(child, 'close');
  return {code, signal, out};
}

describe('a program that has trained on several threads ends', () => {
  it.each([
    ['by itself', 'end', 0],
    ['after an error', 'throw', 1],
    ['after a rejection that nobody handles', 'reject', 1],
    ['after the backend has been removed', 'remove', 0],
  ])('%s', async (_, what, expected) => {
    const {code, signal, out} = await endOf(start(what));
    expect(signal).toBeNull();
    expect(code === 0 ? 0 : 1).toBe(expected);
    expect(out).toContain('mean 1');
  });

  it('when it is killed, and leaves no process', async () => {
    const child = start('wait');
    await once(child.stdout as NodeJS.ReadableStream, 'data');
    process.kill(child.pid as number, 'SIGKILL');
    expect((await endOf(child)).signal).toBe('SIGKILL');
    expect(() => process.kill(child.pid as number, 0)).toThrow('ESRCH');
  });

  it('where four run at once', async () => {
    const ends = await Promise.all(Array.from({length: 4}, () => endOf(start('end'))));
    expect(ends.map(({code}) => code)).toEqual([0, 0, 0, 0]);
  });
});
