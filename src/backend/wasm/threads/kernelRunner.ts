import type {Address} from '../address';
import type {SimdKernels} from '../simdKernels.generated';

/** Kernels that have arguments. */
export type KernelName = {
  [Name in keyof SimdKernels]: SimdKernels[Name] extends (args: infer Args) => unknown
    ? unknown extends Args
      ? never
      : Name
    : never;
}[keyof SimdKernels];

/** The arguments of a kernel, by name. */
export type KernelArguments<Name extends KernelName> = Parameters<SimdKernels[Name]>[0];

/** Scratch of each thread: where that of the first begins, and its bytes. */
export interface ThreadScratch {
  address: Address;
  bytes: number;
}

/** Runs a kernel piece by piece. */
export interface KernelRunner {
  /** How many pieces it may work on at the same time. */
  readonly threads: number;
  /** Runs a kernel once for each piece, in any order; its argument `scratch`, if it has one, is the thread's own. */
  run<Name extends KernelName>(
    name: Name,
    pieces: Omit<KernelArguments<Name>, 'scratch'>[],
    scratch?: ThreadScratch,
  ): void;
}

/** Runs them one after the other. */
export function oneThread(simd: SimdKernels): KernelRunner {
  return {
    threads: 1,
    run: (name, pieces, scratch) => {
      const kernel = simd[name] as (args: object) => void;
      for (const piece of pieces)
        kernel(scratch === undefined ? piece : {...piece, scratch: scratch.address});
    },
  };
}
