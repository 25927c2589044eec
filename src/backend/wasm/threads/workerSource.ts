import {ARGUMENTS, type partsOf, word} from './controlBlock';

/** What a worker is given once it has started. */
export interface WorkerTask {
  module: WebAssembly.Module;
  memory: WebAssembly.Memory;
  block: ReturnType<typeof partsOf>;
  /** The names of the kernels, in the order of `word.kernel`. */
  kernels: string[];
  /** Which part of the scratch is its own, from 1; 0 is the program's. */
  slot: number;
}

/** Looks at the control block before a worker sleeps: some 50 µs, longer than a program takes from one kernel to the next. */
const LOOKS = 4000;

/**
 * The program of a worker, as text: it must not depend on how this library is bundled. The platform's own part comes before it and
 * gives `listen(handler)` and `answer(message)`.
 *
 * A worker takes pieces while there are any, looks for new ones for a moment, then sleeps until there are. What a kernel throws it
 * leaves in the control block, and counts the piece as done: the program would wait for it for ever.
 */
export const workerSource = `
listen(({module, memory, block: {words, table, error}, kernels, slot}) => {
  const {exports} = new WebAssembly.Instance(module, {env: {memory}});
  const run = piece => {
    const kernel = exports[kernels[Atomics.load(words, ${word.kernel})]];
    const values = Array.from(table.subarray(${ARGUMENTS} * piece, ${ARGUMENTS} * piece + kernel.length));
    values[values.length - 1] += slot * Atomics.load(words, ${word.scratch});
    kernel(...values);
  };
  const fail = reason => {
    if (Atomics.exchange(words, ${word.failed}, 1) === 1) return;
    error.fill(0);
    error.set(new TextEncoder().encode(String(reason)).subarray(0, error.length - 1));
  };
  const work = () => {
    for (;;) {
      const piece = Atomics.sub(words, ${word.left}, 1) - 1;
      if (piece < 0) return;
      try {
        run(piece);
      } catch (reason) {
        fail(reason);
      }
      if (Atomics.add(words, ${word.done}, 1) + 1 === Atomics.load(words, ${word.count})) Atomics.notify(words, ${word.done});
    }
  };
  const rest = () => {
    for (let look = 0; look < ${LOOKS}; look++) {
      if (Atomics.load(words, ${word.left}) > 0) return;
    }
    const job = Atomics.load(words, ${word.job});
    const idle = Atomics.load(words, ${word.left}) <= 0 && Atomics.load(words, ${word.ended}) === 0;
    if (idle) Atomics.wait(words, ${word.job}, job);
  };
  answer('ready');
  while (Atomics.load(words, ${word.ended}) === 0) {
    work();
    rest();
  }
});
answer('started');
`;
