import {cpus} from 'node:os';
import {expect, it} from 'vitest';
import {describeInRanks, implementations, inRanks} from './inRanks';

describeInRanks('the backend of ranks', () => {
  it.each(implementations)('computes on their part of the cores: %s', async mpi => {
    const {code, output, told} = await inRanks(2, 'backend', [], {mpi});
    expect(code, output).toBe(0);
    const threads = Math.min(16, Math.max(1, Math.floor(cpus().length / 2)));
    expect(told).toEqual([threads, threads]);
  });

  it.each(implementations)('warns once of what all find: %s', async mpi => {
    const {code, output, told} = await inRanks(2, 'backend', ['none'], {mpi});
    expect(code, output).toBe(0);
    expect(told).toEqual([1, 1]);
    expect(output.match(/runs on one core: there is no room for a thread/g), output).toHaveLength(1);
  });
});
