import type {Collective} from 'face-margins/distributed';

/** Gives a value, as JSON has it, to the test that started this program. */
export function tell({rank}: Collective, value: unknown): void {
  // One write, so that the lines of ranks do not mix.
  process.stdout.write(`\ntold by ${rank}: ${JSON.stringify(value)}\n`);
}
