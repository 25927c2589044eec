import '@tensorflow/tfjs-backend-wasm';
import {getBackend, getKernelsForBackend, serialization} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';

/** All that an import could change for the rest of a program. */
const state = () =>
  JSON.stringify({
    kernels: ['cpu', 'wasm'].map(backend => getKernelsForBackend(backend).map(({kernelName}) => kernelName)),
    layers: Object.keys(serialization.SerializationMap.getMap().classNameMap),
    globals: Object.getOwnPropertyNames(globalThis),
    backend: getBackend(),
  });

const before = state();
for (const entry of ['', '/evaluate', '/formats', '/node', '/plot']) await import(`face-margins${entry}`);
console.log(state() === before ? 'unchanged' : 'changed');
