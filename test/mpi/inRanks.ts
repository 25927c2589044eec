import {spawn, spawnSync} from 'node:child_process';
import {mkdtempSync, readdirSync, readFileSync, rmSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe} from 'vitest';

const isThere = spawnSync('mpirun', ['--version'], {encoding: 'utf8'}).stdout?.includes('Open MPI') ?? false;
if (!isThere) {
  const missing = 'Open MPI is not installed: apt-get install -y --no-install-recommends openmpi-bin.';
  if (process.env.REQUIRE_MPI === '1') throw new Error(missing);
  console.warn(`${missing} The tests in several processes are skipped.`);
}

/** A suite of tests that start several processes; skipped where there is no MPI, unless REQUIRE_MPI is 1. */
export const describeInRanks = describe.skipIf(!isThere);

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

/** Runs a program of `programs/` in so many processes, or alone, without a launcher. */
export async function inRanks(
  ranks: number | 'alone',
  program: string,
  args: string[] = [],
  environment: Record<string, string> = {},
): Promise<RanksResult> {
  const file = fileURLToPath(new URL(`programs/${program}.ts`, import.meta.url));
  const node = [process.execPath, '--import', 'tsx', file, ...args];
  const [command, ...rest] = ranks === 'alone' ? node : ['mpirun', '-n', String(ranks), ...node];
  const folder = mkdtempSync(join(tmpdir(), 'face-margins-ranks-'));
  const child = spawn(command, rest, {
    env: {...process.env, ...settings, ...environment, FACE_MARGINS_TOLD: folder},
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', text => (output += text));
  const code = await new Promise<number | null>(resolve => child.on('close', resolve));
  const told = readdirSync(folder)
    .sort()
    .map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as unknown);
  rmSync(folder, {recursive: true});
  return {code, output, told};
}
