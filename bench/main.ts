/**
 * npm run bench -- NAME
 *
 * Runs `bench/NAME.ts`, prints its table and writes `out/bench/NAME.json`. A benchmark is a module that exports
 * `bench()`, which resolves to a `Bench` (see harness.ts), and `description`, one line.
 */
import {readdir} from 'node:fs/promises';
import {type Bench, measure, peakMemory, peakMemoryApart} from './harness';
import {format, ratiosOf, save} from './support/report';

interface BenchModule {
  description: string;
  bench(): Bench | Promise<Bench>;
}

const load = (name: string): Promise<BenchModule> => import(`./${name}.ts`);

async function available(): Promise<string[]> {
  const files = await readdir(new URL('.', import.meta.url));
  return files
    .filter(file => file.endsWith('.ts'))
    .map(file => file.slice(0, -3))
    .filter(name => name !== 'main' && name !== 'harness')
    .sort();
}

async function usage(names: string[]): Promise<string> {
  const lines = await Promise.all(
    names.map(async name => `  ${name.padEnd(12)} ${(await load(name)).description}`),
  );
  return ['Usage: npm run bench -- NAME, where NAME is one of', ...lines].join('\n');
}

async function main([name, option, caseName]: string[]): Promise<void> {
  const names = await available();
  if (!names.includes(name)) {
    if (name !== undefined) console.error(`There is no benchmark '${name}'.`);
    console.error(await usage(names));
    process.exitCode = 1;
    return;
  }
  const bench = await (await load(name)).bench();
  if (option === '--memory-of') {
    const only = bench.cases.find(each => each.name === caseName);
    if (only === undefined) throw new Error(`Benchmark '${name}' has no case '${caseName}'.`);
    process.send?.(await peakMemory(only));
    process.disconnect?.();
    return;
  }
  const rows = await measure(bench);
  for (const [i, each] of bench.cases.entries()) {
    if (each.memory) rows[i].peakMegabytes = await peakMemoryApart(name, each.name);
  }
  const ratios = ratiosOf(rows, bench.ratios);
  console.log(format(rows, ratios));
  console.log(`\n${await save(name, rows, ratios)}`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  // The WebAssembly backend's own handler of uncaught errors prints its whole source.
  console.error(error);
  process.exitCode = 1;
}
