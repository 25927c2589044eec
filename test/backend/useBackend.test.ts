import * as tf from '@tensorflow/tfjs-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {type BackendName, useBackend} from '../../src/backend/useBackend';
import {backends, fastestBackend} from '../support/backends';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('useBackend', () => {
  it('takes the fastest present', async () => {
    const expected = await fastestBackend();
    expect(await useBackend()).toBe(expected);
    expect(tf.getBackend()).toBe(expected);
  });

  it.each(backends)('insists on %s', async name => {
    expect(await useBackend(name)).toBe(name);
    expect(tf.getBackend()).toBe(name);
    expect(tf.tidy(() => tf.add(tf.tensor1d([1, 2]), 3).arraySync())).toEqual([4, 5]);
  });

  it('gives wasm what it needs to train', async () => {
    await useBackend('wasm');
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeDefined();
  });

  it('passes over a backend that does not start, and takes a registered one of higher rank', async () => {
    const started = vi.fn(() => {
      throw new Error('no adapter');
    });
    tf.registerBackend('webgpu', started);
    try {
      const chosen = await useBackend();
      if (!backends.includes('tensorflow')) expect(started).toHaveBeenCalled();
      expect(chosen).toBe(backends.includes('tensorflow') ? 'tensorflow' : 'wasm');
      await expect(useBackend('webgpu')).rejects.toThrow(/webgpu backend could not be used: .*did not start/);
      expect(started).toHaveBeenCalled();
      expect(tf.getBackend(), 'the backend in use before').toBe(chosen);
    } finally {
      tf.removeBackend('webgpu');
    }
  });

  it('passes over webgpu for ranks, which exchange values at once', async () => {
    vi.stubEnv('PMI_SIZE', '2');
    const started = vi.fn(() => {
      throw new Error('no adapter');
    });
    tf.registerBackend('webgpu', started);
    try {
      expect(await useBackend()).toBe(backends.includes('tensorflow') ? 'tensorflow' : 'wasm');
      expect(started).not.toHaveBeenCalled();
    } finally {
      tf.removeBackend('webgpu');
      vi.unstubAllEnvs();
    }
  });

  it('says why a backend did not start', async () => {
    tf.registerBackend('webgpu', () => Promise.reject(new Error('no adapter')));
    const refused = useBackend('webgpu');
    await expect(refused).rejects.toThrow(
      /^The webgpu backend could not be used: The webgpu backend did not start: no adapter\.$/,
    );
    tf.removeBackend('webgpu');
  });

  it('starts a backend once for calls that overlap', async () => {
    await useBackend('cpu');
    const factory = tf.findBackendFactory('wasm');
    const started = vi.fn(factory);
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', started);
    expect(await Promise.all([useBackend('wasm'), useBackend('wasm')])).toEqual(['wasm', 'wasm']);
    expect(started).toHaveBeenCalledTimes(1);
  });

  it('says how to install a backend that is absent', async () => {
    await expect(useBackend('webgl')).rejects.toThrow(/npm i @tensorflow\/tfjs-backend-webgl/);
  });

  it('says of each backend why none could be used', async () => {
    vi.spyOn(tf.engine(), 'setBackend').mockResolvedValue(false);
    await expect(useBackend()).rejects.toThrow(
      /No .* could be used: .*wasm: The wasm backend did not start; cpu: The cpu backend did not start\. Install one with: npm i /,
    );
  });

  it('refuses a name it does not know', async () => {
    await expect(useBackend('cuda' as BackendName)).rejects.toThrow(
      /must be one of tensorflow, webgpu, webgl, wasm, cpu, .* but is 'cuda'/,
    );
  });

  it('leaves the warnings of TensorFlow.js as they were, also when calls overlap', async () => {
    await Promise.all([useBackend('wasm'), useBackend('wasm'), useBackend('webgpu').catch(() => undefined)]);
    expect(tf.env().getBool('PROD')).toBe(false);
  });

  it('prints nothing', async () => {
    const warn = vi.spyOn(console, 'warn');
    await useBackend('cpu');
    tf.tensor1d([1]).dispose();
    expect(warn).not.toHaveBeenCalled();
  });
});
