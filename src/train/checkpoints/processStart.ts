import {readFileSync} from 'node:fs';

/**
 * When a process started, in a form that no later process of its number repeats: the boot of the machine, and clock ticks since.
 *
 * @returns Nothing where the process has ended, or where the platform does not tell: elsewhere than on Linux.
 */
export function processStart(pid: number): string | undefined {
  try {
    // The name of the program, in brackets, may hold spaces and brackets of its own.
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    // A zombie has ended; its number waits to be asked for.
    if (state === 'Z' || state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()} ${fields[18]}`;
  } catch {
    return undefined;
  }
}
