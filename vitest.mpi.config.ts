import {defineConfig} from 'vitest/config';
import {shared} from './vitest.config';

/** What several processes compute together; each test starts its own with `mpirun`. Waiting for one another they spin, so one at a time. */
export default defineConfig({
  ...shared,
  test: {...shared.test, include: ['test/mpi/*.mpi.ts'], fileParallelism: false, testTimeout: 600_000},
});
