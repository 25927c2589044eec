import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {availableParallelism, cpus, totalmem} from 'node:os';
import {useBackend} from 'face-margins';
import {installedVersion} from './installedVersion';

/** What each package is for that is not always needed. */
const purposes: Record<string, string> = {
  '@tensorflow/tfjs-backend-wasm': 'computing on every machine',
  '@tensorflow/tfjs-node': 'faster computing',
  webgpu: 'computing on a GPU',
  sharp: 'reading images',
  '@vladmandic/face-api': 'finding faces in photographs',
  'tar-stream': 'reading .tar archives of images',
  '@bufbuild/protobuf': 'ONNX files',
  '@observablehq/plot': 'pictures, with linkedom',
  linkedom: 'pictures, with @observablehq/plot',
  facesjs: 'synthetic faces, with @resvg/resvg-js',
  '@resvg/resvg-js': 'synthetic faces, with facesjs',
};

/** What leads from photographs to a verified model, besides the library and a backend. */
const fromPhotographs = ['sharp', '@vladmandic/face-api', '@observablehq/plot', 'linkedom'];

/** What is there, and what is missing. */
export interface Diagnosis {
  version: string;
  node: string;
  cores: number;
  processor: string;
  memoryGigabytes: number;
  /** The backend that computes; undefined if there is none. */
  backend?: string;
  /** By name: the version, or null where it is not installed. */
  packages: Record<string, string | null>;
}

const require = createRequire(import.meta.url);

/** Looks at what is installed, and tries the fastest backend. */
export async function diagnose(): Promise<Diagnosis> {
  const own = require.resolve('face-margins/package.json');
  const backend = await useBackend().catch(() => undefined);
  const names = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-layers', ...Object.keys(purposes)];
  return {
    version: JSON.parse(readFileSync(own, 'utf8')).version,
    node: process.version,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    backend,
    packages: Object.fromEntries(names.map(name => [name, installedVersion(name)])),
  };
}

/** A diagnosis as lines for a terminal. */
export function diagnosisTable(diagnosis: Diagnosis): string {
  const {version, node, cores, processor, memoryGigabytes, backend, packages} = diagnosis;
  const lines = [
    ['face-margins', version],
    ['Node', node],
    ['processor', `${cores} cores, ${memoryGigabytes} GB, ${processor}`],
    ['backend', backend ?? 'none: npm i @tensorflow/tfjs-backend-wasm'],
    ...Object.entries(packages).map(([name, installed]) => [
      name,
      installed ?? `missing${purposes[name] ? `, for ${purposes[name]}` : ''}`,
    ]),
  ];
  const missing = Object.keys(packages).filter(name => packages[name] === null);
  const first = [
    ...(backend === undefined ? ['@tensorflow/tfjs-backend-wasm'] : []),
    ...fromPhotographs.filter(name => packages[name] === null),
  ];
  const advice = [
    ...(first.length > 0
      ? ['', 'From photographs to a verified model, with pictures:', `  npm i ${first.join(' ')}`]
      : []),
    ...(missing.length > 0
      ? ['', 'To install what you need of it:', ...missing.map(name => `  npm i ${name}`)]
      : []),
  ];
  return [...lines.map(([name, value]) => `${name.padEnd(30)}${value}`), ...advice].join('\n');
}

/** Prints what is there and what is missing; fails where nothing can compute. */
export async function doctor({json}: {json?: boolean}): Promise<void> {
  const diagnosis = await diagnose();
  console.log(json ? JSON.stringify(diagnosis) : diagnosisTable(diagnosis));
  if (diagnosis.backend === undefined) process.exitCode = 1;
}
