/** The MPI implementations that are known. */
export type MpiName = 'Open MPI' | 'MPICH';

/** Which MPI started this process, and as one of how many. */
export interface Launcher {
  mpi: MpiName;
  /** Left out where the launcher does not say: a resource manager that starts Open MPI's ranks itself, such as Slurm's `srun`. */
  size?: number;
  /** The variable that says so. */
  variable: string;
}

/** Open MPI comes first: started by a resource manager, it sets the variables of both. */
const variables: [variable: string, mpi: MpiName][] = [
  ['OMPI_COMM_WORLD_SIZE', 'Open MPI'],
  ['PMI_SIZE', 'MPICH'],
];

/** The launcher that an environment tells of; none where the program was started alone. */
export function launcher(environment: Readonly<Record<string, string | undefined>>): Launcher | undefined {
  for (const [variable, mpi] of variables) {
    const size = Number(environment[variable]);
    if (Number.isInteger(size) && size >= 1) return {mpi, size, variable};
  }
  return environment.PMIX_RANK ? {mpi: 'Open MPI', variable: 'PMIX_RANK'} : undefined;
}
