import {mkdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {startVitest} from 'vitest/node';
import {type Count, countsByBackend, type Report, table} from './counts';
import {findChromium, howToInstall} from './findChromium';

const out = 'out/browser';
const page = 'docs/what-was-run-where.md';
const required = process.argv.includes('--require') || process.env.REQUIRE_BROWSER === '1';

/** Runs one part of the tests and gives its report. */
async function run(name: string, options: Parameters<typeof startVitest>[2]): Promise<Report> {
  const json = `${out}/${name}.json`;
  // A run that comes to no report must not be taken for the last one.
  rmSync(json, {force: true});
  const vitest = await startVitest('test', [], {
    watch: false,
    reporters: ['dot', 'json'],
    outputFile: {json},
    ...options,
  });
  await vitest.close();
  return JSON.parse(readFileSync(json, 'utf8'));
}

const lineOf = (backend: string, {passed, failed}: Count) =>
  `${backend.padEnd(10)} ${passed} passed${failed > 0 ? `, ${failed} FAILED` : ''}`;

/** Says whether all went well, to who reads and to who called. */
function conclude(reports: Report[]): void {
  // Vitest sets an exit code for what no report has, such as an error outside of tests.
  const failed = Boolean(process.exitCode) || reports.some(report => !report.success);
  console.log(failed ? 'Browser tests: something failed.' : 'Browser tests: all passed.');
  process.exitCode = failed ? 1 : 0;
}

async function main(): Promise<void> {
  mkdirSync(out, {recursive: true});
  if (process.argv.includes('--docs')) {
    // The Node suite has the rows of the backends that a browser does not have.
    const node = await run('node', {
      include: [
        'test/losses/**/*.test.ts',
        'test/ops/*.test.ts',
        'test/train/trainer.test.ts',
        'test/backend/wasm/*.test.ts',
      ],
    });
    const browser = await run('backends', {config: 'vitest.browser.config.ts'});
    writeFileSync(page, table(node, browser));
    console.log(`Written: ${page}`);
    conclude([node, browser]);
    return;
  }
  const backends = await run('backends', {config: 'vitest.browser.config.ts'});
  const pages = await run('pages', {
    config: false,
    include: ['test/browser/*.e2e.ts'],
    // Each starts a browser that draws in software on every core: side by side they only wait for one another.
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
  });
  console.log();
  for (const [backend, count] of countsByBackend(backends)) console.log(lineOf(backend, count.all));
  console.log(lineOf('pages', {passed: pages.numPassedTests, failed: pages.numFailedTests}));
  conclude([backends, pages]);
}

if (findChromium() === undefined) {
  console.log(
    `Browser tests: ${required ? 'not run' : 'skipped'}, for no Chromium was found. ${howToInstall}`,
  );
  process.exitCode = required ? 1 : 0;
} else {
  await main();
}
