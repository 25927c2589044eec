import {expect, it} from 'vitest';
import {describeInRanks, implementations, inRanks} from './inRanks';

/** A hook that finds no koffi, as where it is not installed. */
const hook = `export const resolve = (name, context, next) => {
  if (name === 'koffi') throw Object.assign(new Error('Cannot find package koffi'), {code: 'ERR_MODULE_NOT_FOUND'});
  return next(name, context);
};`;
const asUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
const importing = (code: string) => ({NODE_OPTIONS: `--import ${asUrl(code)}`});
const withoutKoffi = importing(
  `import {register} from 'node:module'; register(${JSON.stringify(asUrl(hook))});`,
);

describeInRanks('ranks that fail', () => {
  it.each(implementations)('of %s end together, with the error of the one that threw', async mpi => {
    const {code, output} = await inRanks(2, 'fail', ['throw'], {mpi});
    expect(code).not.toBe(0);
    expect(output).toContain('Error: rank 1 has had enough');
    expect(output).not.toContain('rank 0 went on');
  });

  it.each(implementations)('of %s end together where one is killed', async mpi => {
    const {code, output} = await inRanks(2, 'fail', ['kill'], {mpi});
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

  it('are told what to install where koffi is missing', async () => {
    const {code, output} = await inRanks(2, 'exchange', [], {environment: withoutKoffi});
    expect(code).not.toBe(0);
    expect(output).toContain(
      'Training in several processes needs koffi, which could not be loaded: run `npm i koffi`.',
    );
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

  const others = implementations.length < 2 ? [] : (['Open MPI', 'MPICH'] as const);
  it.each(others)('are told of where %s has started them, and the library is the other', async mpi => {
    const [library, name] =
      mpi === 'MPICH' ? ['libmpi.so.40', 'Open MPI v'] : ['libmpich.so.12', 'MPICH Version'];
    const {code, output} = await inRanks(2, 'fail', ['library', library], {mpi});
    expect(code).not.toBe(0);
    expect(output).toContain(
      `openCollective: library must be that of ${mpi}, whose launcher started this program, but ${library} is ${name}`,
    );
  });
});

describeInRanks('ranks of a resource manager', () => {
  it('find one another though nothing says how many they are', async () => {
    const {code, output, told} = await inRanks(2, 'exchange', [], {
      environment: importing('delete process.env.OMPI_COMM_WORLD_SIZE'),
    });
    expect(code, output).toBe(0);
    expect(told).toMatchObject([
      {rank: 0, size: 2},
      {rank: 1, size: 2},
    ]);
  });
});
