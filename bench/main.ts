/**
 * npm run bench -- NAME [--only TEXT]
 *
 * Runs `bench/NAME.ts`, or those of its cases that have TEXT in their names, prints its table and writes
 * `out/bench/NAME.json`. A benchmark is a module that exports `description`, one line, and `bench()`, which resolves
 * to a `Bench` (see harness.ts), or to several that are measured one after the other and reported together.
 */
import {readdir} from 'node:fs/promises';
import {type Bench, measure, type Row} from './harness';
import {caseApart, peakMemoryApart, reportPeakMemory, serve} from './support/apart';
import {format, ratiosOf, save} from './support/report';

interface BenchModule {
  description: string;
  bench(): Bench | Bench[] | Promise<Bench | Bench[]>;
}

const load = (name: string): Promise<BenchModule> => import(`./${name}.ts`);

const child = {'--memory-of': reportPeakMemory, '--serve': serve};

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
  return ['Usage: npm run bench -- NAME [--only TEXT], where NAME is one of', ...lines].join('\n');
}

async function main([name, option, caseName]: string[]): Promise<void> {
  const names = await available();
  if (!names.includes(name)) {
    if (name !== undefined) console.error(`There is no benchmark '${name}'.`);
    console.error(await usage(names));
    process.exitCode = 1;
    return;
  }
  const benches = [await (await load(name)).bench()].flat();
  if (option === '--memory-of' || option === '--serve') {
    const only = benches.flatMap(({cases}) => cases).find(each => each.name === caseName);
    if (only === undefined) throw new Error(`Benchmark '${name}' has no case '${caseName}'.`);
    await child[option](only);
    return;
  }
  const rows: Row[] = [];
  for (const {cases, ...settings} of benches) {
    const wanted = cases.filter(each => option !== '--only' || each.name.includes(caseName));
    const measured = await measure({
      ...settings,
      cases: settings.apart ? wanted.map(each => caseApart(name, each)) : wanted,
    });
    for (const [i, each] of wanted.entries()) {
      if (each.memory && !settings.apart) measured[i].peakMegabytes = await peakMemoryApart(name, each.name);
    }
    rows.push(...measured);
  }
  const ratios = Object.assign({}, ...benches.map(each => ratiosOf(rows, each)));
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
