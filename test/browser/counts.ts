/** What is used of Vitest's JSON report. */
export interface Report {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  testResults: {
    name: string;
    assertionResults: {ancestorTitles: string[]; status: string}[];
  }[];
}

export interface Count {
  passed: number;
  failed: number;
}

const columns = ['heads', 'embedding losses', 'fused layers', 'trainer', 'wasm kernels'] as const;
type Column = (typeof columns)[number];
export type Counts = Record<Column | 'all', Count>;

/** Which column of the table a test file belongs to. */
function columnOf(file: string): Column | undefined {
  if (/backend[/\\]wasm[/\\]/.test(file)) return 'wasm kernels';
  if (/[/\\](heads\.browser|head[A-Z]\w*\.test)\.ts$/.test(file)) return 'heads';
  if (/[/\\](fusedLayers\.browser|batchNorm\.test|prelu\.test)\.ts$/.test(file)) return 'fused layers';
  if (/[/\\]trainer\.(browser|test)\.ts$/.test(file)) return 'trainer';
  if (/embeddingLosses|losses[/\\](center|contrastive|triplet|classAgents|featureIncay|mining)/.test(file))
    return 'embedding losses';
  return undefined;
}

/** How many tests ran on each backend, which is named in the title of the suite: "heads on webgl". */
export function countsByBackend({testResults}: Report): Map<string, Counts> {
  const counts = new Map<string, Counts>();
  for (const {name, assertionResults} of testResults) {
    const column = columnOf(name);
    if (column === undefined) continue;
    for (const {ancestorTitles, status} of assertionResults) {
      const backend =
        column === 'wasm kernels'
          ? 'wasm'
          : / on (\w+)$/.exec(ancestorTitles.find(title => / on \w+$/.test(title)) ?? '')?.[1];
      if (backend === undefined || (status !== 'passed' && status !== 'failed')) continue;
      const none = () => ({passed: 0, failed: 0});
      const row =
        counts.get(backend) ??
        ({all: none(), ...Object.fromEntries(columns.map(each => [each, none()]))} as Counts);
      counts.set(backend, row);
      row[column][status]++;
      row.all[status]++;
    }
  }
  return counts;
}

const cell = ({passed, failed}: Count) =>
  passed + failed === 0 ? '–' : failed > 0 ? `${passed}, ${failed} failed` : `${passed}`;

function rows(where: string, report: Report): string[] {
  return [...countsByBackend(report)].map(
    ([backend, counts]) =>
      `| ${where} | ${backend} | ${columns.map(column => cell(counts[column])).join(' | ')} |`,
  );
}

/** The page `docs/what-was-run-where.md`. */
export function table(node: Report, browser: Report): string {
  return `# What was run where

The number of passed tests on each backend. Heads, losses and layers are compared with formulas in float64, kernels and the trainer with the \`cpu\`
backend. \`npm run test:browser -- --docs\` generates this page from a run of both suites. Node runs every case; Chromium runs one batch for each
head and each embedding loss. WebGL 2 and WebGPU ran in software (SwiftShader).

| | backend | ${columns.join(' | ')} |
|---|---|${columns.map(() => '---|').join('')}
${[...rows('Node', node), ...rows('Chromium', browser)].join('\n')}
`;
}
