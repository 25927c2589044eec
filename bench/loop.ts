import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import {mobileFaceNet} from '../src/backbones/mobileFaceNet';
import {imageFolder} from '../src/data/sources/imageFolder';
import {arcFace} from '../src/losses/heads/arcFace';
import type {StepReport} from '../src/train/loop/stepReport';
import {sgd} from '../src/train/optimizers/sgd';
import {Trainer} from '../src/train/trainer';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {bareStep} from './support/bareStep';
import {lfwData} from './support/lfwEmbeddings';
import {PythonPeer, peersPython} from './support/pythonPeer';

export const description =
  'a training on photographs, read, decoded and mirrored, beside the bare step and beside PyTorch (FACE_MARGINS_DATA)';

const BATCH = 32;
/** Steps of a run: enough to keep the loader at work. */
const STEPS = 4;

/** The people of LFW with five photographs or more, as in the docs' training. */
async function people() {
  if (lfwData === undefined) throw new Error('FACE_MARGINS_DATA must name the folder of lfw/.');
  const tar = join(lfwData, 'lfw/lfw-112x112.tar');
  const all = await imageFolder(tar, {size: 112});
  return {tar, faces: all.select((_, images) => images >= 5)};
}

interface Loop {
  begin(): AsyncIterator<StepReport>;
  /** Of the training that has begun with the first run. */
  reports?: AsyncIterator<StepReport>;
}

/** What `face-margins train` runs between two reports. */
function loopCase(name: string, backend: 'tensorflow' | 'wasm'): Case {
  return benchCase<Loop>({
    name,
    backend,
    work: {amount: STEPS * BATCH, unit: 'img'},
    setup: async () => {
      const {faces} = await people();
      const trainer = new Trainer({
        backbone: mobileFaceNet({seed: 1}),
        objective: arcFace({classes: faces.classes.length, seed: 2}),
        optimizer: sgd({momentum: 0.9, weightDecay: 5e-4, decay: 'all'}),
        learningRate: 0.01,
        clipNorm: 5,
      });
      const batches = faces.batches({
        size: BATCH,
        seed: 1,
        augment: true,
        normalize: {mean: 127.5, deviation: 128},
      });
      const fit = {epochs: 100, reportEvery: STEPS};
      return {begin: () => trainer.fit(batches, fit)[Symbol.asyncIterator]()};
    },
    run: async loop => {
      loop.reports ??= loop.begin();
      await loop.reports.next();
    },
    dispose: async ({reports}) => {
      await reports?.return?.();
      tf.disposeVariables();
    },
  });
}

function torchCase(name: string): Case {
  return benchCase<{peer: PythonPeer; question: object}>({
    name,
    work: {amount: STEPS * BATCH, unit: 'img'},
    setup: async () => {
      const {tar, faces} = await people();
      const question = {
        tar,
        people: faces.classes,
        batch: BATCH,
        steps: STEPS,
        threads: availableParallelism(),
      };
      return {peer: new PythonPeer('loop_peer.py'), question};
    },
    run: ({peer, question}) => peer.ask(question),
    dispose: ({peer}) => peer.close(),
  });
}

export async function bench(): Promise<Bench> {
  const classes = (await people()).faces.classes.length;
  const torch = 'PyTorch, photographs';
  const cases: Case[] = peersPython === undefined ? [] : [torchCase(torch)];
  const ratios: Record<string, [string, string]> = {};
  const backends = installed('@tensorflow/tfjs-node')
    ? (['tensorflow', 'wasm'] as const)
    : (['wasm'] as const);
  for (const backend of backends) {
    const [bare, loop] = [`${backend} bare step`, `${backend} photographs`];
    cases.push(bareStep(bare, backend, {batch: BATCH, classes, steps: STEPS}), loopCase(loop, backend));
    ratios[`${backend}: bare step / photographs`] = [bare, loop];
    if (peersPython !== undefined) ratios[`${backend}: PyTorch / photographs`] = [torch, loop];
  }
  return {cases, ratios, rounds: 7, warmUp: 2};
}
