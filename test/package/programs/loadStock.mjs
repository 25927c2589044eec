import '@tensorflow/tfjs-backend-wasm';
import {ones, ready, setBackend} from '@tensorflow/tfjs-core';
import {computes} from './loadModel.mjs';

await setBackend('wasm');
await ready();
console.log(await computes('embedding', ones([1, 28, 28, 1])));
