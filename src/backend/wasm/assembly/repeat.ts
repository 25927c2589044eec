/** Bytes repeated from the cache: longer runs of copies are copied from what has just been written. */
const RUN: usize = 16 << 10;

/** Writes `bytes` bytes from `x` to `out`, `times` times. */
export function repeat(x: usize, out: usize, bytes: u32, times: i32): void {
  const length = <usize>bytes;
  const total = <usize>times * length;
  memory.copy(out, x, length);
  let done = length;
  while (done < total) {
    const run = min(min(done, total - done), max(length, (RUN / length) * length));
    memory.copy(out + done, out, run);
    done += run;
  }
}
