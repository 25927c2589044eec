/**
 * Compiles the SIMD kernels (AssemblyScript) into `../kernelModule.generated.ts`, a module that holds them as
 * base64, and declares them in `../simdKernels.generated.ts`. Run by `npm run kernels`, which `prepare` and `build` call.
 */
import {readFile, rm, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import asc from 'assemblyscript/asc';
import {hostModule} from './hostTypes.mjs';

const here = name => fileURLToPath(new URL(name, import.meta.url));

/** Pages of the largest memory there is, 4 GB: a shared memory is imported only where its own limit is no higher. */
const MAXIMUM_PAGES = 65536;

async function compile(features, ...options) {
  const binary = here('kernels.wasm');
  const {error, stderr} = await asc.main([
    here('index.ts'),
    ...['--outFile', binary],
    ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--enable', features, ...options],
    ...['-O3', '--noAssert', '--converge'],
  ]);
  if (error) {
    console.error(stderr.toString());
    throw error;
  }
  const bytes = await readFile(binary);
  await rm(binary);
  return bytes;
}

/** How many bytes at their end two binaries have in common. */
function commonEnd(a, b) {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length;
}

const plain = await compile('simd,bulk-memory');
const shared = await compile(
  'simd,bulk-memory,threads',
  '--sharedMemory',
  '--maximumMemory',
  `${MAXIMUM_PAGES}`,
);
// The two differ in how they import memory and in nothing else, so the rest is kept once.
const common = commonEnd(plain, shared);
const base64 = bytes => bytes.toString('base64');
await writeFile(
  here('../kernelModule.generated.ts'),
  `/** The SIMD kernels of \`assembly/\`, ${plain.length} bytes of WebAssembly. Made by \`npm run kernels\`. */
export const kernelModule = {
  /** How the module begins for an ordinary memory. */
  plain: '${base64(plain.subarray(0, -common))}',
  /** How it begins for a memory that threads share. */
  shared: '${base64(shared.subarray(0, -common))}',
  /** How it goes on. */
  common:
    '${base64(plain.subarray(-common))}',
};
`,
);
await writeFile(here('../simdKernels.generated.ts'), await hostModule(new URL('index.ts', import.meta.url)));
console.log(`SIMD kernels: ${plain.length} bytes, and ${shared.length - common} more for shared memory`);
