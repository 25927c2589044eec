/*
 * What the program and its workers share beside the heap: a few words of control, a table of arguments, and room for the text of an
 * error. Everything goes through `Atomics`, so that nothing has to be sent while a job runs.
 */

/** Words of the control block. */
export const word = {
  /** How many jobs there have been; sleeping workers wait for it to change. */
  job: 0,
  /** Pieces that nobody has taken yet; taking one is subtracting 1, and piece `left - 1` is the one taken. */
  left: 1,
  /** Pieces that are done; the program waits for it. */
  done: 2,
  /** Pieces of the job. */
  count: 3,
  /** The kernel, by its place in the list of them. */
  kernel: 4,
  /** Bytes of scratch that a thread has, or 0. The scratch of each lies after that of the one before. */
  scratch: 5,
  /** Whether a piece of the job has failed. */
  failed: 6,
  /** Whether the workers are to end. */
  ended: 7,
} as const;

/** Pieces that a job has at most. */
export const PIECES = 64;

/** Arguments that a kernel has at most. */
export const ARGUMENTS = 20;

const CONTROL_BYTES = 64;
const TABLE_BYTES = PIECES * ARGUMENTS * 8;
const ERROR_BYTES = 1024;

/** A new control block. */
export function controlBlock(): SharedArrayBuffer {
  return new SharedArrayBuffer(CONTROL_BYTES + TABLE_BYTES + ERROR_BYTES);
}

/** The parts of a control block. */
export function partsOf(block: SharedArrayBuffer): {
  words: Int32Array<SharedArrayBuffer>;
  /** One row of arguments a piece. */
  table: Float64Array<SharedArrayBuffer>;
  /** The text of an error, ended by a zero. */
  error: Uint8Array<SharedArrayBuffer>;
} {
  return {
    words: new Int32Array(block, 0, CONTROL_BYTES / 4),
    table: new Float64Array(block, CONTROL_BYTES, PIECES * ARGUMENTS),
    error: new Uint8Array(block, CONTROL_BYTES + TABLE_BYTES, ERROR_BYTES),
  };
}
