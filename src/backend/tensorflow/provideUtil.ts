import {nodeModule} from '../nodeModule';

type Util = Record<string, unknown>;

/** What `@tensorflow/tfjs-node` 4.22 calls of Node's `util`; Node 23 has removed both. */
const removed = {
  isArray: Array.isArray,
  isNullOrUndefined: (value: unknown): boolean => value === null || value === undefined,
};

/** Gives Node's `util` back what `@tensorflow/tfjs-node` needs of it, where it is missing: else each of its kernels throws. */
export async function provideUtil(): Promise<void> {
  const imported = await nodeModule<Util & {default?: Util}>('node:util');
  const util = imported.default ?? imported;
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in util)) util[name] = value;
  }
}
