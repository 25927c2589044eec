import {statSync} from 'node:fs';
import {Stryker} from '@stryker-mutator/core';
import {Command} from 'commander';
import {changesOf} from './changesOf';
import {messages} from './messages.mjs';
import {drawn} from './sample.mjs';
import {scoreInterval} from './scoreInterval';

/*
 * Changes the source of a room or a file in small ways, one at a time, and runs the tests that reach the change. A change that no test
 * notices is a hole in the tests, or has no effect. It takes a second or more for each of hundreds of changes, so it is no part of
 * `npm test`; a sample of them gives an estimate in minutes.
 */
const command = new Command('npm run mutate --')
  .description('Changes the source in small ways and lists the changes that no test notices.')
  .argument('<paths...>', 'a room, or folders and files of one, such as src/evaluate')
  .option('--tests <globs...>', 'the tests to run. Default: those of the room, and of others that reach it')
  .option('--without <globs...>', 'tests to leave out, to see what they add')
  .option('--runners <number>', 'how many changes are tried at once', Number, 1)
  .option('--sample <number>', 'how many changes to try, drawn at random. Default: all', Number)
  .option('--seed <number>', 'another seed draws other changes', Number, 1)
  .parse();
const {
  runners,
  without = [],
  sample,
  seed,
  ...given
} = command.opts<{
  tests?: string[];
  without?: string[];
  runners: number;
  sample?: number;
  seed: number;
}>();
const paths = command.args.map(path => path.replace(/\/$/, ''));

/** Tests of other rooms that reach the code of a room, beside those of the room itself. */
const elsewhere: Record<string, string[]> = {
  ops: [
    'test/losses/{centerLoss,heads/*,pairs/*}.test.ts',
    'test/backbones/layers/*.test.ts',
    'test/train/step/recomputingNetwork.test.ts',
  ],
  losses: ['test/base/options.test.ts', 'test/distributed/sample.test.ts', 'test/train/distillation.test.ts'],
  train: ['test/distributed/*.test.ts'],
  formats: [
    'test/backbones/weights/{hostile,onnx,onnxFiles,weightsFile}.test.ts',
    'test/backbones/onnx/*.test.ts',
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
// Parts of `ops` run only where a backend has kernels of its own.
process.env.FACE_MARGINS_BACKENDS ??= room === 'ops' ? 'cpu,wasm' : 'cpu';
// The texts of messages; other texts in the code are names that the compiler knows.
const excludedMutations = ['StringLiteral'];
if (sample !== undefined) {
  const changes = await changesOf(paths, {excludedMutations, ignorers: [messages]});
  process.env.FACE_MARGINS_MUTATION_SAMPLE = JSON.stringify(drawn(changes, sample, seed));
}

const options: ConstructorParameters<typeof Stryker>[0] = {
  mutate: paths.map(path => (statSync(path).isDirectory() ? `${path}/**/*.ts` : path)),
  testRunner: 'vitest',
  vitest: {configFile: 'vitest.mutation.config.ts', related: false},
  plugins: ['@stryker-mutator/vitest-runner', './test/mutation/messages.mjs', './test/mutation/sample.mjs'],
  checkers: sample === undefined ? [] : ['sample'],
  mutator: {excludedMutations},
  ignorers: sample === undefined ? ['messages'] : ['messages', 'sample'],
  // What runs once, when a file is loaded, would take a run of every test for each change.
  ignoreStatic: true,
  concurrency: runners,
  // A sample is small, and what was found before is not in it.
  incremental: sample === undefined,
  incrementalFile: `${out}/incremental.json`,
  reporters: [process.stdout.isTTY ? 'progress' : 'progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: {allowColor: false, logTests: false, reportTests: false},
  htmlReporter: {fileName: `${out}/report.html`},
  jsonReporter: {fileName: `${out}/report.json`},
  tempDirName: 'out/mutation/tmp',
  ignorePatterns: ['/out', '/dist', '/docs', '/bench', '/examples'],
  disableTypeChecks: false,
  // Loops without an end are told by their turns; this is for what waits, also on a busy machine.
  timeoutMS: 30_000,
  dryRunTimeoutMinutes: 60,
  thresholds: {high: 85, low: 70, break: null},
};
const results = await new Stryker(options).runMutationTest();

const countOf = (...statuses: string[]) => results.filter(({status}) => statuses.includes(status)).length;
const noticed = countOf('Killed', 'Timeout');
const tried = noticed + countOf('Survived', 'NoCoverage');
if (tried > 0) {
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  const estimate =
    sample === undefined
      ? ''
      : `; of all changes, ${scoreInterval(noticed, tried).map(percent).join(' to ')} at a confidence of 95 %`;
  console.log(`${noticed} of ${tried} changes noticed, ${percent(noticed / tried)}${estimate}.`);
}
