import {cpus} from 'node:os';
import {afterEach, beforeEach, describe, expect, it, vi} from 'vitest';
import {coresOfRank} from '../../src/backend/coresOfRank';
import {ranksOnMachine} from '../../src/backend/ranksOnMachine';
import {warnOnMachine} from '../../src/backend/warnOnMachine';

const ofOpenMpi = (rank: number, count: number) => ({
  OMPI_COMM_WORLD_LOCAL_RANK: String(rank),
  OMPI_COMM_WORLD_LOCAL_SIZE: String(count),
});
const ofMpich = (rank: number, count: number) => ({
  MPI_LOCALRANKID: String(rank),
  MPI_LOCALNRANKS: String(count),
});
const start = (environment: Record<string, string>) => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
};

beforeEach(() => {
  for (const name of Object.keys({...ofOpenMpi(0, 1), ...ofMpich(0, 1)})) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describe('ranks on one machine', () => {
  it('are known by the variables of Open MPI and MPICH, and one without them', () => {
    expect(ranksOnMachine()).toEqual({rank: 0, count: 1});
    expect(ranksOnMachine(ofOpenMpi(1, 4))).toEqual({rank: 1, count: 4});
    expect(ranksOnMachine(ofMpich(2, 3))).toEqual({rank: 2, count: 3});
    for (const torn of [{MPI_LOCALRANKID: '1'}, ofMpich(3, 3), {...ofMpich(0, 2), MPI_LOCALRANKID: ''}]) {
      expect(ranksOnMachine(torn)).toEqual({rank: 0, count: 1});
    }
  });

  it('divide its cores, and each has one at least', async () => {
    const cores = cpus().length;
    start(ofOpenMpi(0, cores));
    expect(await coresOfRank()).toBe(1);
    start(ofOpenMpi(0, 3 * cores));
    expect(await coresOfRank()).toBe(1);
    start(ofOpenMpi(0, 1));
    expect(await coresOfRank()).toBeGreaterThanOrEqual(1);
  });

  it('warn once, by the first', () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    start(ofOpenMpi(1, 2));
    warnOnMachine('one core');
    expect(warn).not.toHaveBeenCalled();
    start(ofOpenMpi(0, 2));
    warnOnMachine('one core');
    expect(warn.mock.calls).toEqual([['one core']]);
  });
});
