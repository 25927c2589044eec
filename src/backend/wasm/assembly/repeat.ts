/** Bytes repeated from the cache: longer runs of copies are copied from what has just been written. */
const RUN: usize = 16 << 10;

/** Writes `bytes` bytes from `x` to `out`, `times` times. */
export function repeat(x: usize, out: usize, bytes: usize, times: i32): void {
  const total = <usize>times * bytes;
  memory.copy(out, x, bytes);
  let done = bytes;
  while (done < total) {
    const run = min(min(done, total - done), max(bytes, (RUN / bytes) * bytes));
    memory.copy(out + done, out, run);
    done += run;
  }
}
