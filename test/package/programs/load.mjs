import {readFileSync} from 'node:fs';
import {io} from '@tensorflow/tfjs-core';
import {loadLayersModel} from '@tensorflow/tfjs-layers';
import {registerHeads, useBackend} from 'face-margins';

await useBackend('wasm');
registerHeads();
const {weightData, ...artifacts} = JSON.parse(readFileSync('classifier.json', 'utf8'));
const {buffer} = Uint8Array.from(Buffer.from(weightData, 'base64'));
const model = await loadLayersModel(io.fromMemory({...artifacts, weightData: buffer}));
console.log(model.outputs[0].shape.join());
