import {type ChildProcess, spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import type {OwnMeasurement} from '../harness';

/**
 * The Python to measure beside, from the environment variable PEERS_PYTHON; it has to have what the peer's docstring says.
 * Undefined where the variable is not set, and then the peer's rows are left out.
 */
export const peersPython = process.env.PEERS_PYTHON;

/** A Python program beside this one that measures itself: a JSON line in, a JSON line out. */
export class PythonPeer {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  /** @param script Its file, in this folder. */
  constructor(script: string) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.child = spawn(peersPython ?? 'python3', [path], {stdio: ['pipe', 'pipe', 'inherit']});
    if (this.child.stdout === null) throw new Error(`${script} has no output to read.`);
    this.lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();
  }

  async ask(question: object): Promise<OwnMeasurement> {
    this.child.stdin?.write(`${JSON.stringify(question)}\n`);
    const {value, done} = await this.lines.next();
    if (done) throw new Error('The Python peer ended before it answered.');
    return JSON.parse(value) as OwnMeasurement;
  }

  close(): void {
    // It ends at the end of its input, with the processes that it started.
    this.child.stdin?.end();
  }
}
