import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';
import type {OwnMeasurement} from '../harness';

/** A training that several processes share. */
export interface RanksQuestion {
  network: 'mobileFaceNet' | 'linear';
  classes: number;
  /** The part of the classes that a step draws. Default: all are used. */
  sample?: number;
  /** Images of a rank and step. */
  batch: number;
  /** Steps of a measurement. */
  steps: number;
}

/** Whether Open MPI is there to start several processes with. */
export const hasOpenMpi =
  spawnSync('mpirun', ['--version'], {encoding: 'utf8'}).stdout?.includes('Open MPI') === true;

/** One machine, and a core for each process. */
const settings = {
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  OMPI_MCA_oob_tcp_if_include: 'lo',
  OMPI_MCA_btl: 'self,vader',
  NO_COLOR: '1',
};

/** Processes that train together whenever they are asked to, and wait without using a core meanwhile. */
export class RanksPeer {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;
  /** A file in it asks all processes; mpirun gives its input to the first alone. */
  private readonly folder = mkdtempSync(join(tmpdir(), 'face-margins-bench-'));
  private turn = 0;

  constructor(ranks: number, question: RanksQuestion) {
    const program = fileURLToPath(new URL('ranksProgram.ts', import.meta.url));
    const node = [process.execPath, '--import', 'tsx', program, this.folder, JSON.stringify(question)];
    const [command, ...args] = ranks === 1 ? node : ['mpirun', '-n', String(ranks), ...node];
    this.child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {...process.env, ...settings},
    });
    if (this.child.stdout === null) throw new Error('The processes have no output to read.');
    this.lines = createInterface(this.child.stdout)[Symbol.asyncIterator]();
  }

  /** Measures a step. */
  async ask(): Promise<OwnMeasurement> {
    writeFileSync(join(this.folder, String(this.turn++)), '');
    const {value, done} = await this.lines.next();
    if (done) throw new Error('The processes that train together ended before they answered.');
    return JSON.parse(value) as OwnMeasurement;
  }

  close(): void {
    writeFileSync(join(this.folder, 'end'), '');
  }
}
