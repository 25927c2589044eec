import {beforeAll, describe} from 'vitest';
import {type BackendName, useBackend} from '../../src/backend/useBackend';
import {installed} from './installed';

/** The backends that can be tested here; the native one only where somebody has installed it. `npm run mutate` names those it wants. */
export const backends: BackendName[] = (process.env.FACE_MARGINS_BACKENDS?.split(',') as BackendName[]) ?? [
  'cpu',
  'wasm',
  ...(installed('@tensorflow/tfjs-node') ? (['tensorflow'] as const) : []),
];

/** What `useBackend()` takes here: the package `webgpu` counts where it finds a GPU that is not in software. */
export async function fastestBackend(): Promise<BackendName> {
  if (backends.includes('tensorflow')) return 'tensorflow';
  const {create} = await import('webgpu');
  const adapter = await create([]).requestAdapter({powerPreference: 'high-performance'});
  return adapter && !adapter.info.isFallbackAdapter ? 'webgpu' : 'wasm';
}

/** Runs a suite once on every backend. */
export function describeOnBackends(name: string, suite: (backend: BackendName) => void): void {
  describe.each(backends)(`${name} on %s`, backend => {
    beforeAll(async () => {
      await useBackend(backend);
    });
    suite(backend);
  });
}
