import {statSync} from 'node:fs';
import {Stryker} from '@stryker-mutator/core';
import {Command} from 'commander';

/*
 * Changes the source of a room or a file in small ways, one at a time, and runs the tests that reach the change. A change that no test
 * notices is a hole in the tests, or has no effect. It takes a second or more for each of hundreds of changes, so it is no part of
 * `npm test`.
 */
const command = new Command('npm run mutate --')
  .description('Changes the source in small ways and lists the changes that no test notices.')
  .argument('<paths...>', 'a room, or folders and files of one, such as src/evaluate')
  .option('--tests <globs...>', 'the tests to run. Default: those of the room, and of others that reach it')
  .option('--without <globs...>', 'tests to leave out, to see what they add')
  .option('--runners <number>', 'how many changes are tried at once', Number, 1)
  .parse();
const {
  runners,
  without = [],
  ...given
} = command.opts<{
  tests?: string[];
  without?: string[];
  runners: number;
}>();
const paths = command.args.map(path => path.replace(/\/$/, ''));

/** Tests of other rooms that reach the code of a room, beside those of the room itself. */
const elsewhere: Record<string, string[]> = {
  ops: ['test/losses/{centerLoss,heads/*,pairs/*}.test.ts'],
  formats: [
    'test/backbones/weights/{hostile,onnx,weightsFile}.test.ts',
    'test/train/checkpoints/checkpointFolder.test.ts',
  ],
};

/** Tests that start processes, which no change reaches, or need one that has loaded nothing. */
const outOfReach = [
  'test/losses/heads/everyHead.test.ts',
  'test/train/loop/killed.test.ts',
  'test/train/ownBackend.test.ts',
];

const room = paths[0].split('/')[1];
const tests = {
  include: given.tests ?? [`test/${room}/**/*.test.ts`, ...(elsewhere[room] ?? [])],
  exclude: [...outOfReach, ...without],
};
const out = `out/mutation/${paths[0].replaceAll('/', '-')}`;
// Stryker starts the processes that read it.
process.env.FACE_MARGINS_MUTATION_TESTS = JSON.stringify(tests);

const options: ConstructorParameters<typeof Stryker>[0] = {
  mutate: paths.map(path => (statSync(path).isDirectory() ? `${path}/**/*.ts` : path)),
  testRunner: 'vitest',
  vitest: {configFile: 'vitest.mutation.config.ts', related: false},
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/messages.mjs'],
  // The texts of messages; other texts in the code are names that the compiler knows.
  mutator: {excludedMutations: ['StringLiteral']},
  ignorers: ['messages'],
  // What runs once, when a file is loaded, would take a run of every test for each change.
  ignoreStatic: true,
  concurrency: runners,
  incremental: true,
  incrementalFile: `${out}/incremental.json`,
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: {allowColor: false, logTests: false, reportTests: false},
  htmlReporter: {fileName: `${out}/report.html`},
  jsonReporter: {fileName: `${out}/report.json`},
  tempDirName: 'out/mutation/tmp',
  ignorePatterns: ['/out', '/dist', '/docs', '/bench', '/examples'],
  disableTypeChecks: false,
  timeoutMS: 10_000,
  dryRunTimeoutMinutes: 30,
  thresholds: {high: 85, low: 70, break: null},
};
await new Stryker(options).runMutationTest();
