import {ranksOnMachine} from './ranksOnMachine';

/** Prints a warning: of several ranks on a machine the first does, because all find the same. */
export function warnOnMachine(line: string): void {
  if (ranksOnMachine().rank === 0) console.warn(line);
}
