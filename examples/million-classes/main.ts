import {parseArgs} from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import {initializers, layers, sequential} from '@tensorflow/tfjs-layers';
import {arcFace, type BackendName, sgd, Trainer, useBackend} from 'face-margins';
import {openCollective, shardBatches, sharded} from 'face-margins/distributed';
import {counted} from './counted';
import {syntheticClasses} from './syntheticClasses';

/*
 * Trains a head of very many synthetic classes, of which each step draws some, in one process or in those that mpirun starts. Prints time,
 * memory and the bytes exchanged in each step.
 */
const {values} = parseArgs({
  options: {
    classes: {type: 'string', default: '1000000'},
    dimension: {type: 'string', default: '512'},
    sample: {type: 'string', default: '0.01'},
    batch: {type: 'string', default: '128'},
    steps: {type: 'string', default: '20'},
    backend: {type: 'string', default: 'wasm'},
    seed: {type: 'string', default: '1'},
  },
});
const number = (name: keyof typeof values) => Number(values[name]);
const [classes, dimension, steps, seed] = [
  number('classes'),
  number('dimension'),
  number('steps'),
  number('seed'),
];

const collective = await openCollective();
const exchanged = counted(collective);
const {rank, size} = collective;
const say = (line: string) => {
  if (rank === 0) console.log(line);
};

const backend = await useBackend(values.backend as BackendName);
const head = sharded(arcFace({classes, scale: 32, margin: 0.3, seed}), {
  collective: exchanged,
  sample: number('sample'),
});
const network = sequential({
  layers: [
    layers.flatten({inputShape: [8, 8, 1]}),
    layers.dense({units: dimension, useBias: false, kernelInitializer: initializers.glorotNormal({seed})}),
  ],
});
const trainer = new Trainer({
  ...{backbone: network, objective: head, seed, collective: exchanged},
  optimizer: sgd({momentum: 0.9}),
  learningRate: 0.1,
});
// A step has as many images however many processes share them.
const batch = Math.floor(number('batch') / size);
const batches = syntheticClasses({classes, batch, batches: steps * size, seed});

say(
  `${classes.toLocaleString('en')} classes of ${dimension} numbers, ${values.sample} of them a step, ${size} ${size === 1 ? 'process' : 'processes'}, ` +
    `${batch * size} images a step, ${backend} backend.`,
);
let before = performance.now();
const times: number[] = [];
await trainer.run(shardBatches(batches, collective), {
  steps,
  reportEvery: 1,
  callbacks: {
    onReport({step, loss}) {
      const time = performance.now() - before;
      times.push(time);
      const resident = process.memoryUsage().rss / 2 ** 20;
      say(
        `step ${step}: loss ${loss.toFixed(4)}, ${time.toFixed(0)} ms, ${resident.toFixed(0)} MiB in rank 0, ` +
          `${(exchanged.take() / 1000).toFixed(0)} kB sent, ${head.rows.made.length.toLocaleString('en')} classes have rows`,
      );
      before = performance.now();
    },
  },
});
const [median] = times.sort((a, b) => a - b).slice(Math.floor(times.length / 2));
say(`Median ${median.toFixed(0)} ms a step, ${((1000 * batch * size) / median).toFixed(0)} images a second.`);
tf.disposeVariables();
await collective.close();
