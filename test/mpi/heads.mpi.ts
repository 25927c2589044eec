import {expect, it} from 'vitest';
import {backends} from '../support/backends';
import {describeInRanks, implementations, inRanks} from './inRanks';

interface Told {
  found: Record<string, Record<string, number | boolean>>;
}

describeInRanks('a divided head', () => {
  const cases = backends
    .filter(backend => backend !== 'cpu')
    .flatMap(backend => implementations.flatMap(mpi => [2, 3, 4].map(size => [size, backend, mpi] as const)));

  it.each(cases)(
    'has the loss, gradients and state of one process: %i ranks on %s by %s',
    async (size, backend, mpi) => {
      const {code, output, told} = await inRanks(size, 'heads', [backend], {mpi});
      expect(code, output).toBe(0);
      expect(told).toHaveLength(size);
      for (const {found} of told as Told[]) {
        expect(Object.keys(found).length).toBeGreaterThan(40);
        for (const [name, {leaked, isNearest, ...differences}] of Object.entries(found)) {
          expect({name, leaked, isNearest}).toEqual({name, leaked: 0, isNearest: true});
          for (const [of, value] of Object.entries(differences)) {
            expect(value, `${of} of ${name}`).toBeLessThan(1e-5);
          }
        }
      }
    },
  );
});
