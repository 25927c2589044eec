import {checkOptions} from '../base/checkOptions';
import type {Collective} from '../base/collective';
import {environment} from '../base/environment';
import {type Launcher, launcher} from '../base/launcher';
import {oneProcess} from '../base/oneProcess';
import {loadKoffi} from './loadKoffi';
import {mpiAbi} from './mpiAbi';
import {MpiCollective} from './mpiCollective';

/** Options of {@link openCollective}. */
export interface CollectiveOptions {
  /**
   * The name or path of MPI's library. Default: as distributions of Linux and Homebrew name that of the launcher, such as
   * `libmpi.so.40` of Open MPI.
   */
  library?: string;
}

/**
 * Joins the processes that a launcher of MPI, `mpirun` or `mpiexec`, has started for this program.
 *
 * A program that was started alone is one process: nothing is loaded, and everything is as without a collective. The library is
 * chosen by the variables that the launcher sets: `OMPI_COMM_WORLD_SIZE` is Open MPI's, `PMI_SIZE` MPICH's. Where a resource manager starts
 * Open MPI's ranks itself, as `srun --mpi=pmix` of Slurm, it is `PMIX_RANK`. `UCX_MEM_EVENTS` and `UCX_HANDLE_ERRORS` are set where they
 * are not: UCX would replace malloc under Node's threads. Call it once in a program, at its beginning, and `close` the
 * collective at the end.
 *
 * @throws If koffi or the library is missing, MPI is open in this process already, or the library belongs to another MPI than the launcher.
 *
 * @example
 * ```js
 * import {openCollective} from 'face-margins/distributed';
 *
 * const collective = await openCollective();
 * const total = collective.allReduce(Float32Array.of(1, 2), 'sum');
 * if (collective.rank === 0) console.log(collective.size, total);
 * await collective.close();
 * ```
 */
export async function openCollective(options: CollectiveOptions = {}): Promise<Collective> {
  const {library} = checkOptions('openCollective', options, {library: true});
  const {process} = globalThis as {process?: {platform: string}};
  const started = launcher(environment());
  if (started === undefined) return oneProcess;
  const {libraries} = mpiAbi[started.mpi];
  return open(started, library ?? libraries[process?.platform ?? 'default'] ?? libraries.default);
}

/**
 * Settings of UCX, which moves the data of many builds of MPI, unless the user has others. By default it replaces the functions of
 * memory while Node's threads use them, at which processes now and then crash (openucx/ucx#3831); what it catches then, it tells
 * with the memory's lock in hand, and hangs.
 */
const UCX = {UCX_MEM_EVENTS: 'n', UCX_HANDLE_ERRORS: 'none'};

async function open({mpi, size, variable}: Launcher, library: string): Promise<Collective> {
  const koffi = await loadKoffi();
  const variables = (globalThis as unknown as {process: {env: Record<string, string>}}).process.env;
  for (const [name, value] of Object.entries(UCX)) variables[name] ??= value;
  let collective: MpiCollective;
  try {
    collective = new MpiCollective(koffi, library, mpiAbi[mpi]);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith('openCollective')) throw error;
    throw new Error(
      `openCollective: library must be that of ${mpi}, whose launcher started this program, but ${library} could not be loaded: ${message}.`,
      {cause: error},
    );
  }
  if (size === undefined || collective.size === size) return collective;
  throw new Error(
    `openCollective: ${library} must see the ${size} processes that ${variable} tells of, but sees ${collective.size}: ` +
      'it belongs to another MPI than the launcher. Start the program with the launcher of that library, or give library.',
  );
}
