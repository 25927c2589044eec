import '@tensorflow/tfjs-backend-wasm';
import '@tensorflow/tfjs-backend-webgl';
import '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import {afterAll, afterEach, beforeAll, describe, expect} from 'vitest';
import {type BackendName, useBackend} from '../../src/backend/useBackend';

/** `npm run test:gpu` runs the same suites on the GPU of Node. */
const backends: BackendName[] = tf.env().getBool('IS_NODE') ? ['webgpu'] : ['webgl', 'webgpu', 'wasm'];

type GpuError = Event & {error: {message: string}};

const gpu = () => (tf.backend() as unknown as {device: EventTarget}).device;

/** Runs a suite once on every backend that trains in a browser, or on Node's GPU. */
export function describeOnBackends(name: string, suite: (backend: BackendName) => void): void {
  describe.each(backends)(`${name} on %s`, backend => {
    const problems: string[] = [];
    const tell = (event: Event) => problems.push((event as GpuError).error.message);
    beforeAll(async () => {
      await useBackend(backend);
      if (backend === 'webgpu') gpu().addEventListener('uncapturederror', tell);
    });
    // Work that WebGPU refuses leaves whatever lay in memory, and no other trace.
    afterEach(async () => {
      await new Promise(resolve => setTimeout(resolve));
      expect(problems.splice(0)).toEqual([]);
    });
    afterAll(() => {
      if (backend === 'webgpu') gpu().removeEventListener('uncapturederror', tell);
    });
    suite(backend);
  });
}

/**
 * The relative error to allow in a row. The standards leave a GPU's arctangent at some twelve bits, so an angle may be off by
 * 1e-4 rad, and a logit by that times scale and margin factor: the likely reason that 1e-4 is out of reach there.
 */
export const tolerance = (backend: BackendName) => (backend === 'wasm' ? 1e-4 : 5e-3);
