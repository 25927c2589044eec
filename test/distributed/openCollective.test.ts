import {openCollective} from 'face-margins/distributed';
import {afterEach, expect, it, vi} from 'vitest';
import {launcher} from '../../src/base/launcher';

afterEach(() => {
  vi.unstubAllEnvs();
});

const alone = () => {
  vi.stubEnv('OMPI_COMM_WORLD_SIZE', '');
  vi.stubEnv('PMI_SIZE', '');
  vi.stubEnv('PMIX_RANK', '');
};

it('is one process where no launcher has started the program', async () => {
  alone();
  const collective = await openCollective();
  expect(collective).toMatchObject({rank: 0, size: 1});
  expect([...collective.allReduce(Float32Array.of(1, 2), 'sum')]).toEqual([1, 2]);
  expect([...collective.allGather(Int32Array.of(3), new Int32Array(1))]).toEqual([3]);
  expect([...collective.reduceScatter(Float64Array.of(4), new Float64Array(1), 'max')]).toEqual([4]);
  expect([...collective.broadcast(Float32Array.of(5), 0)]).toEqual([5]);
  collective.barrier();
  await collective.close();
});

it('knows launchers by their variables', () => {
  expect(launcher({})).toBeUndefined();
  expect(launcher({OMPI_COMM_WORLD_SIZE: '', PMI_SIZE: 'x'})).toBeUndefined();
  expect(launcher({PMI_SIZE: '3'})).toMatchObject({mpi: 'MPICH', size: 3});
  expect(launcher({PMIX_RANK: '0'})).toEqual({mpi: 'Open MPI', variable: 'PMIX_RANK'});
  expect(launcher({PMIX_RANK: '0', PMI_SIZE: '3'})).toMatchObject({mpi: 'MPICH', size: 3});
  expect(launcher({PMI_SIZE: '3', OMPI_COMM_WORLD_SIZE: '2'})).toMatchObject({mpi: 'Open MPI', size: 2});
});

it('names the library and the launcher where the library is missing', async () => {
  alone();
  vi.stubEnv('OMPI_COMM_WORLD_SIZE', '2');
  await expect(openCollective({library: 'libthere-is-none.so.1'})).rejects.toThrow(
    'openCollective: library must be that of Open MPI, whose launcher started this program, but libthere-is-none.so.1 could not be loaded',
  );
});
