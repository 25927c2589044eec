/**
 * Compiles the SIMD kernels (AssemblyScript) into `../kernelModule.generated.ts`, a module that holds them as
 * base64. Run by `npm run kernels`, which `prepare` and `build` call.
 */
import {readFile, rm, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import asc from 'assemblyscript/asc';

const here = name => fileURLToPath(new URL(name, import.meta.url));
const binary = here('kernels.wasm');

const {error, stderr} = await asc.main([
  here('index.ts'),
  ...['--outFile', binary],
  ...['--runtime', 'stub', '--importMemory', '--noExportMemory', '--enable', 'simd,bulk-memory'],
  ...['-O3', '--noAssert', '--converge'],
]);
if (error) {
  console.error(stderr.toString());
  throw error;
}
const bytes = await readFile(binary);
await rm(binary);
await writeFile(
  here('../kernelModule.generated.ts'),
  `/** The SIMD kernels of \`assembly/\`, ${bytes.length} bytes of WebAssembly. Made by \`npm run kernels\`. */
export const kernelModule =
  '${bytes.toString('base64')}';
`,
);
console.log(`SIMD kernels: ${bytes.length} bytes`);
