import {nodeModule} from './nodeModule';
import {ranksOnMachine} from './ranksOnMachine';

/** What is used of Node's module about the machine. */
interface MachineModule {
  availableParallelism(): number;
  cpus(): readonly unknown[];
}

/**
 * How many cores this process of Node computes on without taking another rank's: the machine's divided by its ranks, and no more than the
 * launcher has bound this one to.
 */
export async function coresOfRank(): Promise<number> {
  const {availableParallelism, cpus} = await nodeModule<MachineModule>('node:os');
  const available = availableParallelism();
  const {count} = ranksOnMachine();
  return count === 1 ? available : Math.max(1, Math.min(available, Math.floor(cpus().length / count)));
}
