import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import {sgd} from '../src/train/optimizers/sgd';
import {Trainer} from '../src/train/trainer';
import type {TrainerConfig} from '../src/train/trainerConfig';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {bareStep, type StepParts, stepParts} from './support/bareStep';

export const description =
  'a step of Trainer beside a bare step, and one that recomputes activations: time and memory';

const CLASSES = 1000;

type Backend = 'tensorflow' | 'wasm';

function trainerCase(
  name: string,
  backend: Backend,
  batch: number,
  recompute: TrainerConfig['recompute'] = false,
): Case {
  return benchCase<StepParts & {trainer: Trainer}>({
    name,
    backend,
    memory: true,
    work: {amount: batch, unit: 'img'},
    setup: () => {
      const parts = stepParts(batch, CLASSES);
      const optimizer = sgd({momentum: 0.9, weightDecay: 5e-4});
      const {backbone, head: objective} = parts;
      const config = {backbone, objective, optimizer, learningRate: 0.1, clipNorm: 5, recompute};
      const trainer = new Trainer(config);
      return {...parts, trainer};
    },
    run: async ({trainer, images, labels}) => {
      await trainer.run([{images, labels}], {steps: trainer.position.step + 1});
    },
    dispose: parts => tf.dispose(Object.values(parts) as unknown as tf.TensorContainer),
  });
}

/** Each case has a process of its own, which gives its peak memory. */
function recomputing(backends: Backend[]): Bench {
  const cases: Case[] = [];
  const ratios: Record<string, [string, string]> = {};
  for (const backend of backends) {
    const at = `${backend} mobileFaceNet 32×112² recompute`;
    const settings = {no: false, true: true, blocks: [/\.add$/]};
    const all = Object.entries(settings).map(([name, recompute]) =>
      trainerCase(`${at}: ${name}`, backend, 32, recompute),
    );
    cases.push(...all);
    ratios[`${at}: true / no`] = [all[1].name, all[0].name];
    ratios[`${at}: blocks / no`] = [all[2].name, all[0].name];
  }
  return {cases, ratios, rounds: 7, warmUp: 2, apart: true};
}

export function bench(): Bench[] {
  const backends: Backend[] = installed('@tensorflow/tfjs-node') ? ['tensorflow', 'wasm'] : ['wasm'];
  const runs = backends.map(backend => [backend, backend === 'wasm' ? 8 : 32] as const);
  const cases: Case[] = [];
  const ratios: Record<string, [string, string]> = {};
  for (const [backend, batch] of runs) {
    const at = `${backend} mobileFaceNet ${batch}×112²`;
    const [bare, full] = [`${at} bare step`, `${at} step of Trainer`];
    cases.push(bareStep(bare, backend, {batch, classes: CLASSES}), trainerCase(full, backend, batch));
    ratios[`${at}: Trainer / bare`] = [full, bare];
  }
  return [{cases, ratios, rounds: 9, warmUp: 2}, recomputing(backends)];
}
