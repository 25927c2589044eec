/** A program that trains on three threads, for `endOfProgram.test.ts`: what comes then is its argument. */
import * as tf from '@tensorflow/tfjs-core';
import {useBackend} from '../../../../../src/backend/useBackend';

await useBackend('wasm', {threads: 3});
const x = tf.ones([256, 1024]);
console.log(`mean ${tf.mean(x).dataSync()[0]}`);
if (process.argv[2] === 'throw') throw new Error('the end');
if (process.argv[2] === 'reject') void Promise.reject(new Error('the end'));
if (process.argv[2] === 'remove') tf.removeBackend('wasm');
if (process.argv[2] === 'wait') setInterval(() => tf.mean(x).dispose(), 1);
