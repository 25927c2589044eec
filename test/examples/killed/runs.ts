import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import {readFile, stat} from 'node:fs/promises';
import {join} from 'node:path';
import {setTimeout as after} from 'node:timers/promises';
import {fileURLToPath} from 'node:url';

/** A line of the log. */
export interface LoggedStep {
  step: number;
  loss: number;
  [figure: string]: unknown;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The run that is alive, which must not outlive this process. */
let alive: ChildProcess | undefined;
process.on('exit', () => alive && killGroup(alive));
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));

/** Runs the example to its end. */
export async function finish(options: readonly string[]): Promise<void> {
  const {child, output, ended} = start(options);
  await ended;
  if (child.exitCode !== 0)
    throw new Error(`faces ${options.join(' ')} ended with ${child.exitCode}:\n${output()}`);
}

/** Starts the example and kills it so many milliseconds after it has logged a step, or a later one if it goes on beyond it. */
export async function killAfter(
  options: readonly string[],
  out: string,
  step: number,
  delay: number,
): Promise<void> {
  const before = await written(out);
  const {child, output, ended} = start(options);
  const isOver = () => child.exitCode !== null || child.signalCode !== null;
  const isDue = async () => {
    const {begun, logged} = await written(out);
    // A run that is resumed says so in its options before it cuts and continues the log of the one before.
    return begun !== before.begun && logged >= begun && ((await logOf(out)).at(-1)?.step ?? 0) >= step;
  };
  while (!isOver() && !(await isDue())) await after(5);
  await after(delay);
  if (isOver()) throw new Error(`faces ${options.join(' ')} ended before it was to be killed:\n${output()}`);
  killGroup(child);
  await ended;
}

/** The whole lines of a run's log. */
export async function logOf(out: string): Promise<LoggedStep[]> {
  const text = await readFile(join(out, 'log.jsonl'), 'utf8').catch(() => '');
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n');
  return lines.filter(Boolean).map(line => JSON.parse(line));
}

/** When the options of a run and its log were written last. */
async function written(out: string): Promise<{begun: number; logged: number}> {
  const timeOf = (file: string) =>
    stat(join(out, file)).then(
      ({mtimeMs}) => mtimeMs,
      () => 0,
    );
  return {begun: await timeOf('options.json'), logged: await timeOf('log.jsonl')};
}

function start(options: readonly string[]) {
  // A process group of its own, so that whatever it starts goes with it.
  const child = spawn(process.execPath, ['--import', 'tsx', 'examples/face-training/faces.ts', ...options], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive = child;
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', data => {
      output += data;
    });
  }
  const ended = once(child, 'close').then(() => {
    alive = undefined;
  });
  return {child, output: () => output, ended};
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === 'win32') child.kill('SIGKILL');
  else process.kill(-child.pid, 'SIGKILL');
}
