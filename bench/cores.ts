import {availableParallelism, cpus} from 'node:os';
import '@tensorflow/tfjs-backend-wasm';
import {compact} from '../src/backbones/compact';
import {irResNet} from '../src/backbones/irResNet';
import {leNetPlusPlus} from '../src/backbones/leNetPlusPlus';
import {mobileFaceNet} from '../src/backbones/mobileFaceNet';
import {Heap} from '../src/backend/wasm/heap';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {fused, gradientCase, productsCase, pytorchHeadCase} from './support/headCases';
import {PythonPeer, peersPython} from './support/pythonPeer';
import {stepCase} from './support/trainingStep';

export const description =
  'training steps and heads on one core and on all, beside TensorFlow and PyTorch; the share of a step that stays on one';

const networks = {
  mobileFaceNet: {make: () => mobileFaceNet({seed: 1}), batches: [8, 32], pytorch: true},
  irResNet18: {make: () => irResNet({depth: 18, seed: 1}), batches: [16], pytorch: true},
  'lenet++': {make: () => leNetPlusPlus({seed: 1}), batches: [128], pytorch: false},
  compact: {make: () => compact({seed: 1}), batches: [128], pytorch: false},
};

/** The sizes of heads. */
const CLASSES = [1000, 10_000];

const THREADS = availableParallelism();

/** The same step on one thread, timed without what is cut into pieces: what does not become faster with more threads. */
function outsideOfPieces(step: Case): Case {
  return benchCase({
    ...step,
    name: `${step.name}, outside of pieces`,
    threads: 1,
    memory: false,
    run: async state => {
      const {run, runWithScratch} = Heap.prototype;
      let inside = 0;
      const timed = <Args extends unknown[]>(method: (...args: Args) => void) =>
        function (this: Heap, ...args: Args) {
          const start = performance.now();
          method.apply(this, args);
          inside += performance.now() - start;
        };
      Object.assign(Heap.prototype, {run: timed(run), runWithScratch: timed(runWithScratch)});
      const start = performance.now();
      await step.run(state);
      const milliseconds = performance.now() - start - inside;
      Object.assign(Heap.prototype, {run, runWithScratch});
      return {milliseconds};
    },
  });
}

function pytorchStep(name: string, question: object, batch: number): Case {
  return benchCase<PythonPeer>({
    name,
    work: {amount: batch, unit: 'img'},
    setup: () => new PythonPeer('backbones_peer.py'),
    run: peer => peer.ask({...question, batch, size: 112, threads: cpus().length}),
    dispose: peer => peer.close(),
  });
}

/** A head on one thread and on all, its three products alone, and its peers. */
function headCases(classes: number, ratios: NonNullable<Bench['ratios']>): Case[] {
  const name = `head of ${classes}`;
  const ours = `wasm ${name}, ${THREADS} threads`;
  const one = {...gradientCase(`wasm ${name}, 1 thread`, 'wasm', classes, fused), threads: 1};
  const all = {...gradientCase(ours, 'wasm', classes, fused), threads: THREADS};
  const floor = {...productsCase(`${ours}, its three products`, 'wasm', classes), threads: THREADS};
  ratios[`${name}: 1 / ${THREADS} threads`] = [one.name, ours];
  ratios[`${name}: ${THREADS} threads / its three products`] = [ours, floor.name];
  const cases: Case[] = [one, all, floor];
  if (installed('@tensorflow/tfjs-node')) {
    cases.push(gradientCase(`tensorflow ${name}`, 'tensorflow', classes, fused));
    ratios[`${name}: tensorflow / ${THREADS} threads`] = [`tensorflow ${name}`, ours];
  }
  if (peersPython !== undefined) {
    cases.push(pytorchHeadCase(`pytorch ${name}`, classes));
    ratios[`${name}: pytorch / ${THREADS} threads`] = [`pytorch ${name}`, ours];
  }
  return cases;
}

export function bench(): Bench[] {
  const ratios: NonNullable<Bench['ratios']> = {};
  const groups = Object.entries(networks).flatMap(([network, {make, batches, pytorch}]) =>
    batches.map(batch => {
      const name = `${network} ${batch}`;
      const step = stepCase({name, backend: 'wasm', network: make, batch});
      const one = {...step, name: `${step.name}, 1 thread`, threads: 1, memory: false};
      const all = {...step, name: `${step.name}, ${THREADS} threads`, threads: THREADS, memory: false};
      const outside = outsideOfPieces(step);
      ratios[`${name}: 1 / ${THREADS} threads`] = [one.name, all.name];
      ratios[`${name}: outside of pieces / 1 thread`] = [outside.name, one.name];
      const cases = [one, all, outside];
      if (installed('@tensorflow/tfjs-node')) {
        const native = stepCase({name, backend: 'tensorflow', network: make, batch});
        ratios[`${name}: tensorflow / ${THREADS} threads`] = [native.name, all.name];
        cases.push(native);
      }
      for (const format of pytorch && peersPython !== undefined ? ['contiguous', 'channels_last'] : []) {
        const peer = pytorchStep(`pytorch ${format} ${name} step`, {network, format}, batch);
        ratios[`${name}: pytorch ${format} / ${THREADS} threads`] = [peer.name, all.name];
        cases.push(peer);
      }
      return cases;
    }),
  );
  return [...groups, ...CLASSES.map(classes => headCases(classes, ratios))].map(cases => ({
    cases,
    ratios,
    rounds: 7,
    warmUp: 2,
    apart: true,
  }));
}
