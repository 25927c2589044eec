import {wasmFileReport} from './wasmFileReport';
import type {WasmPaths} from './wasmPaths';

/** What is known of a start that failed. */
export interface FailedStart {
  /** What Emscripten printed. */
  lines: string[];
  /** Where the files should be, if the program said so here. */
  wasmPaths?: WasmPaths;
  /** When the start began, by `performance.now()`. */
  since: number;
}

const advice =
  "Say where the three .wasm files of @tensorflow/tfjs-backend-wasm are: useBackend('wasm', {wasmPaths: '/wasm/'}), or setWasmPaths('/wasm/') " +
  'of that package, before the first start. After a failed one TensorFlow.js takes no other paths: load the page again, or start a new process.';

/** The addresses of `.wasm` files that a page has asked for since then. */
function requested(since: number): string[] {
  const entries = globalThis.performance?.getEntriesByType?.('resource') ?? [];
  const addresses = entries.filter(({startTime}) => startTime >= since).map(({name}) => name);
  return [...new Set(addresses.filter(name => /\.wasm($|[?#])/.test(name)))];
}

/** What Emscripten wraps a reason in, once or several times. */
const wrapping =
  /failed to asynchronously prepare wasm: |\b\w*Error: |Aborted\(|\.? Build with -sASSERTIONS for more info\./g;

/** A line of Emscripten without its wrapping, and with what the first bytes of another file mean. */
function plain(line: string): string {
  let told = line.replaceAll(wrapping, '');
  for (const _ of line.matchAll(/Aborted\(/g)) told = told.replace(/\)$/, '');
  return /expected magic word .* found 3c /.test(told) ? `${told}, as an HTML page begins` : told;
}

/**
 * Why the WebAssembly backend did not start: where its files were looked for, and what came back.
 *
 * @returns Nothing if nothing is known.
 */
export async function wasmStartReport({lines, wasmPaths, since}: FailedStart): Promise<string | undefined> {
  const addresses = requested(since);
  const answers = await Promise.all(
    addresses.map(
      async address => `its file was looked for at ${address}, and ${await wasmFileReport(address)}`,
    ),
  );
  const told = new Set(lines.map(plain));
  if (answers.length === 0 && told.size === 0) return undefined;
  const places = typeof wasmPaths === 'string' ? `'${wasmPaths}'` : Object.values(wasmPaths ?? {}).join(', ');
  const where = answers.length === 0 && places ? [`its files were looked for at ${places}`] : answers;
  return `${[...where, ...(answers.length > 0 ? [] : told)].join('; ')}. ${advice}`;
}
