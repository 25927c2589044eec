import {expect, it} from 'vitest';
import {describeInRanks, implementations, inRanks} from './inRanks';

interface Told {
  rank: number;
  [of: string]: unknown;
}

describeInRanks('a collective', () => {
  const cases = implementations.flatMap(mpi => [2, 3].map(size => [size, mpi] as const));

  it.each(cases)('exchanges numbers among %i ranks of %s', async (size, mpi) => {
    // What the user says stays as it is.
    const {code, output, told} = await inRanks(size, 'exchange', [], {
      mpi,
      environment: {UCX_HANDLE_ERRORS: 'bt'},
    });
    expect(code, output).toBe(0);
    const ranks = Array.from({length: size}, (_, rank) => rank);
    const total = ranks.reduce((sum, rank) => sum + rank, 0);
    expect(told).toEqual(
      ranks.map(rank => ({
        ...{rank, size},
        sum: [size, total],
        max: [size - 1, 0],
        min: [0.1, 1 - size],
        gathered: ranks.flatMap(other => [other, other + 0.5]),
        scattered: [0, 1].map(i => size * (2 * rank + i) + total),
        broadcast: [size - 1, 7 * (size - 1)],
        short:
          `allGather: the longer array must be a Float32Array of 2 × ${size} numbers, one block for each rank, ` +
          'but is a Float32Array of 3.',
        closed: 'barrier: the collective must not be closed yet, but is.',
        // UCX would replace malloc under Node's threads.
        ucx: ['n', 'bt'],
      })),
    );
  });

  it('is one process where no launcher is seen', async () => {
    const {code, told} = await inRanks('alone', 'exchange');
    expect(code).toBe(0);
    expect((told as Told[])[0]).toMatchObject({
      rank: 0,
      size: 1,
      sum: [1, 0],
      gathered: [0, 0.5],
      scattered: [0, 1],
    });
  });
});
