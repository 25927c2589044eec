import {tensor2d} from '@tensorflow/tfjs-core';
import {registerHeads, useBackend} from 'face-margins';
import {computes} from './loadModel.mjs';

await useBackend('wasm');
registerHeads();
console.log(await computes('classifier', [tensor2d([[1, -2, 3, 0.5]]), tensor2d([[1]], [1, 1], 'int32')]));
