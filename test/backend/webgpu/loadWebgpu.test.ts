import * as tf from '@tensorflow/tfjs-core';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {useBackend} from '../../../src/backend/useBackend';
import {loadWebgpu} from '../../../src/backend/webgpu/loadWebgpu';

/** An adapter as the package `webgpu` describes it; its device is never asked for. */
const adapterOf = (isFallbackAdapter: boolean) => ({info: {description: 'Pixel Mill 9', isFallbackAdapter}});

/** Puts a package `webgpu` in place of the real one, which finds what the machine has. */
function installWebgpu(adapter: object | null): object {
  const gpu = {requestAdapter: async () => adapter};
  vi.doMock('webgpu', () => ({create: () => gpu, globals: {GPUBufferUsage: {STORAGE: 128}}}));
  return gpu;
}

const present = () => (globalThis.navigator as {gpu?: object} | undefined)?.gpu;
const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

afterEach(() => {
  vi.doUnmock('webgpu');
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  if (before) {
    Reflect.deleteProperty(globalThis.navigator, 'gpu');
    Object.defineProperty(globalThis, 'navigator', before);
  } else Reflect.deleteProperty(globalThis, 'navigator');
  Reflect.deleteProperty(globalThis, 'GPUBufferUsage');
});

describe('WebGPU in Node', () => {
  it('is that of the package webgpu, and is found by name and without one', async () => {
    for (const isWanted of [true, false]) {
      const gpu = installWebgpu(adapterOf(false));
      await loadWebgpu(isWanted);
      expect(present()).toBe(gpu);
      expect((globalThis as {GPUBufferUsage?: object}).GPUBufferUsage).toEqual({STORAGE: 128});
      expect(globalThis.navigator.userAgent).toBe(`Node.js/${process.versions.node.split('.')[0]}`);
      expect(tf.findBackendFactory('webgpu')).not.toBeNull();
      tf.removeBackend('webgpu');
      Reflect.deleteProperty(globalThis.navigator, 'gpu');
    }
  });

  it('is in software only for who names it, and nothing global changes for others', async () => {
    const gpu = installWebgpu(adapterOf(true));
    await expect(loadWebgpu(false)).rejects.toThrow(
      "WebGPU finds a GPU in software only (Pixel Mill 9), slower than wasm; useBackend('webgpu') takes it.",
    );
    expect(present()).toBeUndefined();
    expect('GPUBufferUsage' in globalThis).toBe(false);
    expect(tf.findBackendFactory('webgpu')).toBeNull();
    await loadWebgpu(true);
    expect(present()).toBe(gpu);
    // Who has it by name once still gets a faster one without a name.
    await expect(loadWebgpu(false)).rejects.toThrow('in software only');
  });

  it('is left alone where there is one', async () => {
    const create = vi.fn();
    vi.doMock('webgpu', () => ({create, globals: {}}));
    const gpu = {requestAdapter: async () => ({isFallbackAdapter: false})};
    Object.defineProperty(globalThis, 'navigator', {value: {gpu}, configurable: true});
    await loadWebgpu(false);
    expect(present()).toBe(gpu);
    expect(create).not.toHaveBeenCalled();
  });

  it('says what is missing: a GPU, or a package', async () => {
    installWebgpu(null);
    await expect(useBackend('webgpu')).rejects.toThrow(
      /^The webgpu backend could not be used: WebGPU finds no GPU: it needs a driver for Vulkan .* Direct3D 12 \(Windows\)\.$/,
    );
    vi.doMock('webgpu', () => {
      throw new Error('no such package');
    });
    await expect(useBackend('webgpu')).rejects.toThrow(
      /Node has WebGPU from the package webgpu, which does not load: .* Install it with: npm i webgpu @tensorflow\/tfjs-backend-webgpu /s,
    );
  });

  it('does not keep useBackend() from the next one', async () => {
    installWebgpu(adapterOf(true));
    expect(['tensorflow', 'wasm']).toContain(await useBackend());
    expect(present()).toBeUndefined();
  });
});
