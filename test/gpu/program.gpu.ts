import {describe, expect, it} from 'vitest';
import {runProgram} from '../support/runProgram';

const start = `
  import * as tf from '@tensorflow/tfjs-core';
  import {arcFace, compact, sgd, Trainer, useBackend} from 'face-margins';
  await useBackend('webgpu');
  console.log('gpu' in navigator, tf.getBackend());
  const sum = async () => (await tf.sum(tf.add(tf.ones([64, 64]), 1)).data())[0];
`;
const printed = 'true webgpu\n8192\n';

const train = `
  const trainer = new Trainer({
    backbone: compact({embeddingSize: 2, inputShape: [8, 8, 1], seed: 1}),
    objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 1}),
    optimizer: sgd(),
    learningRate: 0.01,
  });
  const batch = {images: tf.ones([3, 8, 8, 1]), labels: tf.tensor1d([0, 1, 2], 'int32')};
  for await (const {loss} of trainer.fit([batch], {epochs: 1})) if (!(loss > 0)) throw new Error(String(loss));
  throw new Error('at last');`;

describe('a program on the GPU of Node', () => {
  it.each([
    {what: 'has nothing left to do', source: `${start} console.log(await sum());`},
    {
      what: 'imported the backend before there was a GPU',
      source: `import '@tensorflow/tfjs-backend-webgpu'; ${start} console.log(await sum());`,
    },
    {
      what: 'removes the backend',
      source: `${start} console.log(await sum()); tf.removeBackend('webgpu');`,
    },
    {
      what: 'exits while the GPU works',
      source: `${start} console.log(await sum()); sum(); process.exit(3);`,
      code: 3,
    },
    {
      what: 'trained and throws',
      source: `${start} console.log(await sum()); ${train}`,
      code: 1,
      says: 'Error: at last',
    },
    // Dawn crashes now and then where a process exits while the GPU works.
  ])('ends where it $what', {retry: 2}, async ({source, code = 0, says}) => {
    const end = await runProgram(source);
    if (says === undefined) expect(end.stderr).toBe('');
    else expect(end.stderr).toContain(says);
    expect(end.stdout).toBe(printed);
    expect(end.code).toBe(code);
  });
});
