import * as tf from '@tensorflow/tfjs-core';
import {arcFace, sgd, Trainer} from 'face-margins';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {backends} from '../support/backends';
import {tinyNetwork, tinySource} from '../support/tinyTraining';

/*
 * Programs that import a backend themselves and never call useBackend. Each backend is imported here for the first time, so
 * that nothing has given it kernels before.
 */

async function trainOneStep(): Promise<number> {
  const trainer = new Trainer({
    backbone: tinyNetwork({norm: true}),
    objective: arcFace({classes: 3, scale: 8, margin: 0.1, seed: 1}),
    optimizer: sgd(),
    learningRate: 0.01,
  });
  const report = await trainer.run(tinySource(1), {epochs: 1});
  return report?.loss ?? Number.NaN;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe('Trainer on a backend that it did not select', () => {
  it('gives wasm the kernels it lacks', async () => {
    await import('@tensorflow/tfjs-backend-wasm');
    await tf.setBackend('wasm');
    expect(tf.getKernel('Conv2DBackpropFilter', 'wasm')).toBeUndefined();
    expect(await trainOneStep()).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe('wasm');
  });

  it.runIf(backends.includes('tensorflow'))('gives tensorflow those that are faster', async () => {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    // In a variable: type checking has to pass where this optional package is not installed.
    const native = '@tensorflow/tfjs-node';
    await import(native);
    await tf.setBackend('tensorflow');
    const stock = tf.getKernel('Conv2DBackpropInput', 'tensorflow');
    expect(await trainOneStep()).toBeGreaterThan(0);
    expect(tf.getKernel('Conv2DBackpropInput', 'tensorflow')).not.toBe(stock);

    const warn = vi.spyOn(console, 'warn');
    await trainOneStep();
    expect(warn, 'kernels registered again').not.toHaveBeenCalled();
  });
});
