import {fuseMultiplyAdd} from './fuseMultiplyAdd';
import {kernelModule} from './kernelModule.generated';
import {type SimdKernels, simdParameters} from './simdKernels.generated';

/** The modules for ordinary and for shared memory differ at their beginning. */
type Kind = 'plain' | 'shared';

/** The compiled modules; null if compilation failed, as on a machine without SIMD. */
const modules = new Map<Kind, WebAssembly.Module | null>();

/** The binary of a module, with fused multiply-add where the engine has it (Chrome 114, Firefox 145, Node 22). */
function bytes(kind: Kind): Uint8Array<ArrayBuffer> {
  const binary = atob(kernelModule[kind]) + atob(kernelModule.common);
  const module = Uint8Array.from(binary, character => character.charCodeAt(0));
  const fused = fuseMultiplyAdd(module);
  return WebAssembly.validate(fused) ? fused : module;
}

/** Compiles the SIMD kernels before their first use, since a browser may refuse synchronous compilation on its main thread. */
export async function compileSimdModules(): Promise<void> {
  for (const kind of ['plain', 'shared'] as const) {
    if (!modules.has(kind)) modules.set(kind, await WebAssembly.compile(bytes(kind)).catch(() => null));
  }
}

/** The exports of the SIMD module, each with its arguments by name. */
function byName(exports: WebAssembly.Exports): SimdKernels {
  const kernels = Object.entries(simdParameters).map(([name, parameters]) => {
    const kernel = exports[name] as (...args: unknown[]) => unknown;
    return [name, (args?: Record<string, unknown>) => kernel(...parameters.map(key => args?.[key]))];
  });
  return Object.fromEntries(kernels);
}

/** Whether threads can share a memory. A test environment may have a `SharedArrayBuffer` of its own, so it is asked for its name. */
export const isShared = ({buffer}: WebAssembly.Memory): boolean =>
  Object.prototype.toString.call(buffer) === '[object SharedArrayBuffer]';

/** The module for a memory, or undefined where it does not compile. */
export function simdModuleFor(memory: WebAssembly.Memory): WebAssembly.Module | undefined {
  const kind = isShared(memory) ? 'shared' : 'plain';
  try {
    const compiled = modules.has(kind) ? modules.get(kind) : new WebAssembly.Module(bytes(kind));
    modules.set(kind, compiled ?? null);
    return compiled ?? undefined;
  } catch {
    return undefined;
  }
}

/** Instantiates the SIMD kernels on a memory, or returns undefined if it fails. */
export function instantiateSimdKernels(memory: WebAssembly.Memory): SimdKernels | undefined {
  try {
    const compiled = simdModuleFor(memory);
    return compiled && byName(new WebAssembly.Instance(compiled, {env: {memory}}).exports);
  } catch {
    return undefined;
  }
}
