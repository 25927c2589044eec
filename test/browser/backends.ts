import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import {beforeAll, describe} from 'vitest';
import {type BackendName, useBackend} from '../../src/backend/useBackend';

const backends: BackendName[] = ['webgl', 'webgpu', 'wasm'];

/** Runs a suite once on every backend that trains in a browser. */
export function describeOnBackends(name: string, suite: (backend: BackendName) => void): void {
  describe.each(backends)(`${name} on %s`, backend => {
    beforeAll(async () => {
      await useBackend(backend);
    });
    suite(backend);
  });
}

/**
 * The relative error to allow in a row. The standards leave a GPU's arctangent at some twelve bits, so an angle may be off by
 * 1e-4 rad, and a logit by that times scale and margin factor: the likely reason that 1e-4 is out of reach there.
 */
export const tolerance = (backend: BackendName) => (backend === 'wasm' ? 1e-4 : 5e-3);
