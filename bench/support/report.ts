import {mkdir, writeFile} from 'node:fs/promises';
import {cpus} from 'node:os';
import type {Bench, Row} from '../harness';

/** What a benchmark divides, as it asks; a ratio is left out where one of its cases was not measured. */
export function ratiosOf(
  rows: Row[],
  {ratios, rateRatios, memoryRatios}: Omit<Bench, 'cases'>,
): Record<string, number> {
  return {
    ...quotients(rows, ratios, ({median}) => median),
    ...quotients(rows, rateRatios, ({rate}) => rate?.value),
    ...quotients(rows, memoryRatios, ({peakMegabytes}) => peakMegabytes),
  };
}

function quotients(
  rows: Row[],
  wanted: Bench['ratios'] = {},
  of: (row: Row) => number | undefined,
): Record<string, number> {
  const values = new Map(rows.map(row => [row.name, of(row)]));
  return Object.fromEntries(
    Object.entries(wanted).flatMap(([name, [over, under]]) => {
      const [numerator, denominator] = [values.get(over), values.get(under)];
      return numerator === undefined || denominator === undefined ? [] : [[name, numerator / denominator]];
    }),
  );
}

function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function table(cells: string[][]): string {
  const widths = cells[0].map((_, column) => Math.max(...cells.map(row => row[column].length)));
  const line = (row: string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  ');
  return [
    line(cells[0]),
    widths.map(width => '-'.repeat(width)).join('  '),
    ...cells.slice(1).map(line),
  ].join('\n');
}

/** The rows and ratios as text; columns nobody filled are left out. */
export function format(rows: Row[], ratios: Record<string, number>): string {
  const columns: [string, (row: Row) => string][] = [
    ['', ({name}) => name],
    ['median ms', ({median}) => digits(median)],
    ['quartiles', ({quartiles}) => quartiles.map(digits).join(' – ')],
    ['rate', ({rate}) => (rate ? `${digits(rate.value)} ${rate.unit}` : '')],
    ['peak MB', ({peakMegabytes}) => (peakMegabytes ? digits(peakMegabytes) : '')],
  ];
  const used = columns.filter(([title, cell]) => title === '' || rows.some(row => cell(row) !== ''));
  const cells = [used.map(([title]) => title), ...rows.map(row => used.map(([, cell]) => cell(row)))];
  const quotients = Object.entries(ratios).map(([name, value]) => [name, value.toFixed(2)]);
  return [table(cells), ...(quotients.length > 0 ? [table([['ratio', ''], ...quotients])] : [])].join('\n\n');
}

/** Writes `out/bench/NAME.json`: the rows, the ratios, and what they were measured on. Resolves to its path. */
export async function save(name: string, rows: Row[], ratios: Record<string, number>): Promise<string> {
  const folder = 'out/bench';
  await mkdir(folder, {recursive: true});
  const machine = {cpu: cpus()[0]?.model, cores: cpus().length, node: process.version};
  await writeFile(`${folder}/${name}.json`, `${JSON.stringify({name, machine, rows, ratios}, null, 2)}\n`);
  return `${folder}/${name}.json`;
}
