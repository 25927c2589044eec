import {expect, it} from 'vitest';
import {describeInRanks, inRanks} from './inRanks';

describeInRanks('ranks that fail', () => {
  it('end together, with the error of the one that threw', async () => {
    const {code, output} = await inRanks(2, 'fail', ['throw']);
    expect(code).not.toBe(0);
    expect(output).toContain('Error: rank 1 has had enough');
    expect(output).not.toContain('rank 0 went on');
  });

  it('end together where one is killed', async () => {
    const {code, output} = await inRanks(2, 'fail', ['kill']);
    expect(code).not.toBe(0);
    expect(output).not.toContain('rank 0 went on');
  });

  it('end together where one aborts, with its code', async () => {
    const {code, output} = await inRanks(2, 'fail', ['abort']);
    expect(code).toBe(7);
    expect(output).not.toContain('rank 0 went on');
  });

  it('name the rank and the length where lengths differ', async () => {
    const {code, output} = await inRanks(2, 'fail', ['length']);
    expect(code).not.toBe(0);
    expect(output).toMatch(/Error: (broadcast|allReduce) of \d+ numbers on rank \d of 2: MPI_ERR_TRUNCATE/);
  });

  it('are told of where the library belongs to another MPI than the launcher', async () => {
    const {code, output} = await inRanks('alone', 'exchange', [], {
      environment: {OMPI_COMM_WORLD_SIZE: '2'},
    });
    expect(code).not.toBe(0);
    expect(output).toContain(
      'libmpi.so.40 must see the 2 processes that OMPI_COMM_WORLD_SIZE tells of, but sees 1: it belongs to another MPI than the launcher.',
    );
  });
});
