import {expect, it} from 'vitest';
import {backends} from '../support/backends';
import {describeInRanks, implementations, inRanks, type Mpi} from './inRanks';

interface Told {
  different: string[];
  decoded: number;
  failed: string;
}

describeInRanks('an evaluation in ranks', () => {
  const cases = backends
    .filter(backend => backend !== 'cpu')
    .flatMap(backend =>
      implementations.flatMap(mpi => [2, 3].map(size => [size, backend, mpi] as [number, string, Mpi])),
    );

  it.each(cases)('is that of one process to the bit: %i on %s by %s', async (size, backend, mpi) => {
    const {code, output, told} = await inRanks(size, 'evaluate', [backend], {mpi});
    expect(code, output).toBe(0);
    expect(told).toHaveLength(size);
    for (const [rank, {different, decoded, failed}] of (told as Told[]).entries()) {
      expect(different).toEqual([]);
      // 43 images in nine batches of five, the last of three.
      const batches = Array.from(
        {length: 9},
        (_, batch) => (batch % size === rank ? 5 : 0) - (batch === 8 && 8 % size === rank ? 2 : 0),
      );
      expect(decoded).toBe(batches.reduce((sum, count) => sum + count, 0));
      const own = 'image 6 is torn';
      expect(failed).toBe(rank === 1 ? own : `embedImages: all ranks end, because rank 1 failed: ${own}`);
    }
  });
});
