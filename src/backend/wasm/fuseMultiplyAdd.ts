/** A SIMD instruction in the binary format: its prefix and its number, LEB128. */
const multiply = [0xfd, 0xe6, 0x01];
const add = [0xfd, 0xe4, 0x01];
const relaxedMultiplyAdd = [0xfd, 0x85, 0x02];
const readLocal = 0x20;
const doNothing = 0x01;

const begins = (bytes: Uint8Array, at: number, instruction: number[]) =>
  instruction.every((byte, i) => bytes[at + i] === byte);

/**
 * The module with a fused multiply-add of relaxed SIMD wherever `madd` of `assembly/lanes.ts` stands: product, sum, addition become
 * nothing, sum, fused multiply-add. The instructions are equally long, so that all else stays where it is. Made here rather than kept
 * beside the module, which would be twice as long.
 */
export function fuseMultiplyAdd(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const fused = module.slice();
  for (let at = 0; at < module.length; at++) {
    if (module[at] !== multiply[0] || !begins(module, at, multiply) || module[at + 3] !== readLocal) continue;
    const end = at + (module[at + 4] < 0x80 ? 5 : 6);
    if (!begins(module, end, add)) continue;
    fused.fill(doNothing, at, at + multiply.length);
    fused.set(relaxedMultiplyAdd, end);
  }
  return fused;
}
