import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe} from 'vitest';

/** The implementations of MPI that tests may run, and the launcher of each. Distributions name both of them `mpirun`, or add the name. */
const launchers = {
  'Open MPI': {commands: ['mpirun.openmpi', 'mpirun'], version: 'Open MPI'},
  MPICH: {commands: ['mpiexec.mpich', 'mpiexec.hydra', 'mpiexec'], version: 'HYDRA'},
};

/** Which MPI starts the processes. */
export type Mpi = keyof typeof launchers;

const launcherOf = ({commands, version}: (typeof launchers)[Mpi]) =>
  commands.find(command => spawnSync(command, ['--version'], {encoding: 'utf8'}).stdout?.includes(version));

const found = Object.fromEntries(
  Object.entries(launchers).map(([mpi, launcher]) => [mpi, launcherOf(launcher)]),
) as Record<Mpi, string | undefined>;

if (!found['Open MPI']) {
  const missing = 'Open MPI is not installed: apt-get install -y --no-install-recommends openmpi-bin.';
  if (process.env.REQUIRE_MPI === '1') throw new Error(missing);
  console.warn(`${missing} The tests in several processes are skipped.`);
}

/** The implementations that are installed. */
export const implementations = (Object.keys(launchers) as Mpi[]).filter(mpi => found[mpi] !== undefined);

/** A suite of tests that start several processes; skipped where there is no MPI, unless REQUIRE_MPI is 1. */
export const describeInRanks = describe.skipIf(!found['Open MPI']);

/** One machine, more ranks than cores, and no spinning where a core is wanted. */
const settings = {
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
  OMPI_MCA_oob_tcp_if_include: 'lo',
  OMPI_MCA_btl: 'self,vader',
  OMPI_MCA_rmaps_base_oversubscribe: '1',
  OMPI_MCA_hwloc_base_binding_policy: 'none',
  OMPI_MCA_mpi_yield_when_idle: '1',
  NO_COLOR: '1',
};

/** What came of a program in several processes. */
export interface RanksResult {
  code: number | null;
  /** Everything that the ranks have printed. */
  output: string;
  /** What each rank has given to `tell`, in the order of ranks. */
  told: unknown[];
}

/** How to run a program in several processes. */
export interface RanksOptions {
  /** Default: Open MPI. */
  mpi?: Mpi;
  environment?: Record<string, string>;
  /** Called with all that has been printed so far, whenever there is more. */
  onOutput?(output: string, launcher: ChildProcess): void;
}

/** Runs a program of `programs/` in so many processes, or alone, without a launcher. */
export async function inRanks(
  ranks: number | 'alone',
  program: string,
  args: string[] = [],
  {mpi = 'Open MPI', environment = {}, onOutput}: RanksOptions = {},
): Promise<RanksResult> {
  const file = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const node = [process.execPath, '--import', 'tsx', file, ...args];
  const launcher = found[mpi] as string;
  const [command, ...rest] = ranks === 'alone' ? node : [launcher, '-n', String(ranks), ...node];
  const folder = mkdtempSync(join(tmpdir(), 'face-margins-ranks-'));
  const child = spawn(command, rest, {
    env: {...process.env, ...settings, ...environment, FACE_MARGINS_TOLD: folder},
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', text => {
      output += text;
      onOutput?.(output, child);
    });
  }
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  const told = readdirSync(folder)
    .sort()
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);
  rmSync(folder, {recursive: true});
  return {code, output, told};
}
