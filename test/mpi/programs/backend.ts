import worker from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import {useBackend} from 'face-margins';
import {openCollective} from 'face-margins/distributed';
import {heapOf} from '../../../src/backend/wasm/heap';
import {tell} from './tell';

/* Tells on how many threads a rank computes: by default, or where two are wanted and none can start. */
const [way] = process.argv.slice(2);
const collective = await openCollective();
if (way === 'none') {
  worker.Worker = class {
    constructor() {
      throw new Error('there is no room for a thread');
    }
  } as unknown as typeof worker.Worker;
}
await useBackend('wasm', way === 'none' ? {threads: 2} : {});
tell(collective, heapOf(tf.backend())?.threads);
await collective.close();
