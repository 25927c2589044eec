import * as tf from '@tensorflow/tfjs-core';
import {checkAdapter, type Gpu} from './checkAdapter';
import {provideGpu} from './provideGpu';

/** What is used of `@tensorflow/tfjs-backend-webgpu`. */
interface BackendPackage {
  WebGPUBackend: new (device: object, info?: object) => tf.KernelBackend;
}

interface Adapter {
  features: Set<string>;
  limits: Record<string, number>;
  info: object;
  requestDevice(descriptor: object): Promise<object>;
}

/** The limits of an adapter that TensorFlow.js asks for in full. */
const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
];

const presentGpu = () => (globalThis.navigator as {gpu?: Gpu} | undefined)?.gpu;

/** Starts the backend as its package does. */
async function start({WebGPUBackend}: BackendPackage): Promise<tf.KernelBackend> {
  const adapter = (await presentGpu()?.requestAdapter({
    powerPreference: 'high-performance',
  })) as unknown as Adapter;
  const device = await adapter.requestDevice({
    requiredFeatures: ['timestamp-query'].filter(feature => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(limits.map(limit => [limit, adapter.limits[limit]])),
  });
  return new WebGPUBackend(device, adapter.info);
}

/**
 * Registers the `webgpu` backend of TensorFlow.js, in Node with the GPU of the package `webgpu`.
 *
 * @param isWanted Whether a GPU in software will do.
 * @throws If a package is missing, or there is no such GPU.
 */
export async function loadWebgpu(isWanted: boolean): Promise<void> {
  const present = presentGpu();
  if (present) await checkAdapter(present, isWanted);
  if (tf.findBackendFactory('webgpu') !== null) return;
  if (!present && tf.env().getBool('IS_NODE')) await provideGpu(isWanted);
  const specifier = '@tensorflow/tfjs-backend-webgpu';
  const loaded: BackendPackage = await import(/* @vite-ignore */ /* webpackIgnore: true */ specifier);
  // It registers itself only where it finds a GPU, so not if the program imported it in Node before there was one.
  if (tf.findBackendFactory('webgpu') === null && presentGpu()) {
    tf.registerBackend('webgpu', () => start(loaded), 3);
  }
}
