/** out[s] = sum of the rows i of x with ids[i] = s; rows whose id is negative or past the last segment are dropped. */
export function unsortedSegmentSum(
  x: usize,
  ids: usize,
  out: usize,
  rows: i32,
  rowFloats: i32,
  segments: i32,
): void {
  const rowBytes = (<usize>rowFloats) << 2;
  memory.fill(out, 0, <usize>segments * rowBytes);
  for (let row = 0; row < rows; row++) {
    const id = load<i32>(ids + ((<usize>row) << 2));
    if (id >= 0 && id < segments) {
      const to = out + <usize>id * rowBytes;
      let at: usize = 0;
      for (; at + 16 <= rowBytes; at += 16) {
        v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(x + at)));
      }
      for (; at < rowBytes; at += 4) {
        store<f32>(to + at, load<f32>(to + at) + load<f32>(x + at));
      }
    }
    x += rowBytes;
  }
}
