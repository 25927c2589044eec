import {expect, it} from 'vitest';
import {type ProgramEnd, runProgram} from '../../support/runProgram';

/** The end of a program that has started the wasm backend, and of one that has not. */
async function ends(end: string, begin = ''): Promise<Record<'started' | 'not', ProgramEnd>> {
  const program = (start: string) => `
    import {useBackend} from 'face-margins';
    ${begin}
    ${start}
    setTimeout(() => { ${end} });
  `;
  const [started, not] = await Promise.all([
    runProgram(program("await useBackend('wasm');")),
    runProgram(program('void useBackend;')),
  ]);
  return {started, not};
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
  const {started, not} = await ends(end);
  expect(started.stderr).toContain('boom');
  expect(started.code).toBe(code);
  expect(withoutPlaces(started)).toEqual(withoutPlaces(not));
});

it("a program's own handlers stay, from before the start and from during it", async () => {
  const begin = `
    process.on('unhandledRejection', function (reason) { throw reason; });
    process.on('uncaughtException', error => console.log('before', error.message));
    setImmediate(() => process.on('uncaughtException', error => console.log('during', error.message)));
  `;
  const {started, not} = await ends("Promise.reject(new Error('boom'))", begin);
  expect(started.stdout).toBe('before boom\nduring boom\n');
  expect(withoutPlaces(started)).toEqual(withoutPlaces(not));
});
