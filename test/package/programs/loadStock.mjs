import {readFileSync} from 'node:fs';
import '@tensorflow/tfjs-backend-wasm';
import {io, ready, setBackend} from '@tensorflow/tfjs-core';
import {loadLayersModel} from '@tensorflow/tfjs-layers';

await setBackend('wasm');
await ready();
const {weightData, ...artifacts} = JSON.parse(readFileSync('embedding.json', 'utf8'));
const {buffer} = Uint8Array.from(Buffer.from(weightData, 'base64'));
const model = await loadLayersModel(io.fromMemory({...artifacts, weightData: buffer}));
console.log(model.outputs[0].shape.join());
