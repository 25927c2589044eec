import {expect, it} from 'vitest';
import {benchCase, measure} from '../../bench/harness';

const recorded = (disposed: string[], name: string, run = () => {}) =>
  benchCase<string>({
    name,
    setup: () => name,
    run,
    dispose: state => disposed.push(state),
  });

const fails = () => {
  throw new Error('of the case');
};

it('disposes of every case, whether all goes well', async () => {
  const disposed: string[] = [];
  const rows = await measure({cases: ['a', 'b'].map(name => recorded(disposed, name)), rounds: 2, warmUp: 0});
  expect(rows.map(({name, runs}) => [name, runs])).toEqual([
    ['a', 2],
    ['b', 2],
  ]);
  expect(disposed).toEqual(['a', 'b']);
});

it('or one of them throws, and tells of that', async () => {
  const disposed: string[] = [];
  const cases = [
    {...recorded(disposed, 'broken'), dispose: fails},
    recorded(disposed, 'a'),
    recorded(disposed, 'b', fails),
  ];
  await expect(measure({cases, rounds: 1, warmUp: 0})).rejects.toThrow('of the case');
  expect(disposed).toEqual(['a', 'b']);
});

it('or one of them cannot be set up', async () => {
  const disposed: string[] = [];
  const cases = [recorded(disposed, 'a'), {...recorded(disposed, 'b'), setup: fails}];
  await expect(measure({cases})).rejects.toThrow('of the case');
  expect(disposed).toEqual(['a']);
});
