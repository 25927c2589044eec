import {expect, it} from 'vitest';
import {type ProgramEnd, runProgram} from '../../support/runProgram';

/** Ends a program in the same place with a backend started and without one. */
async function ends(end: string, begin = ''): Promise<Record<'with' | 'without', ProgramEnd>> {
  const program = (backend: string) => `
    import {useBackend} from 'face-margins';
    ${begin}
    ${backend}
    setTimeout(() => { ${end} });
  `;
  const [without, with_] = await Promise.all(
    [`void useBackend; const started = 'none'; `, `const started = await useBackend('wasm');`].map(backend =>
      runProgram(program(backend)),
    ),
  );
  return {with: with_, without};
}

/** Where in the program something is thrown differs, by the length of its lines. */
const withoutPlaces = ({stderr, ...rest}: ProgramEnd) => ({
  ...rest,
  stderr: stderr.replace(/\d+:\d+/g, 'place'),
});

it.each([
  ['an error that nobody catches', "throw new Error('boom')", 1],
  ['a rejection that nobody handles', "Promise.reject(new Error('boom'))", 1],
  ['a rejection without an error', "Promise.reject('boom')", 1],
])('%s ends a program as it does without the wasm backend', async (_, end, code) => {
  const {with: ended, without} = await ends(end);
  expect(ended.stderr).toContain('boom');
  expect(ended.code).toBe(code);
  expect(withoutPlaces(ended)).toEqual(withoutPlaces(without));
});

it("a program's own handlers stay, from before the start and from during it", async () => {
  const begin = `
    process.on('unhandledRejection', function (reason) { throw reason; });
    process.on('uncaughtException', error => console.log('before', error.message));
    setImmediate(() => process.on('uncaughtException', error => console.log('during', error.message)));
    const print = (event, listener) => void listener;
    process.on('newListener', print);
  `;
  const {with: ended, without} = await ends("Promise.reject(new Error('boom'))", begin);
  expect(ended.stdout).toBe('before boom\nduring boom\n');
  expect(withoutPlaces(ended)).toEqual(withoutPlaces(without));
});
