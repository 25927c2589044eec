import {environment} from '../base/environment';

/** The ranks on this machine, as one of them sees them. */
export interface RanksOnMachine {
  /** Which of them this process is, from 0. */
  rank: number;
  /** How many there are. */
  count: number;
}

/** The variables in which launchers of MPI say so: Open MPI's, MPICH's. */
const variables = [
  ['OMPI_COMM_WORLD_LOCAL_RANK', 'OMPI_COMM_WORLD_LOCAL_SIZE'],
  ['MPI_LOCALRANKID', 'MPI_LOCALNRANKS'],
];

/** The ranks that a launcher has started on this machine, by its variables: one, where the program was started alone. */
export function ranksOnMachine(from = environment()): RanksOnMachine {
  for (const [ofRank, ofCount] of variables) {
    const [rank, count] = [Number(from[ofRank] || 'none'), Number(from[ofCount])];
    if (Number.isInteger(rank) && Number.isInteger(count) && rank >= 0 && count > rank) return {rank, count};
  }
  return {rank: 0, count: 1};
}
