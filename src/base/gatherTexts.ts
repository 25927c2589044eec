import type {Ranks} from './ranks';

/** The texts of all ranks, in their order. */
export function gatherTexts(collective: Pick<Ranks, 'size' | 'allGather'>, text: string): string[] {
  const {size} = collective;
  const bytes = new TextEncoder().encode(text);
  const lengths = collective.allGather(Int32Array.of(bytes.length), new Int32Array(size));
  const longest = Math.max(1, ...lengths);
  const codes = new Int32Array(longest);
  codes.set(bytes);
  const all = collective.allGather(codes, new Int32Array(longest * size));
  const decoder = new TextDecoder();
  return [...lengths].map((length, rank) =>
    decoder.decode(Uint8Array.from(all.subarray(rank * longest, rank * longest + length))),
  );
}
