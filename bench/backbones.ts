import {cpus} from 'node:os';
import '@tensorflow/tfjs-backend-wasm';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {forInference} from '../src/backbones/inference/forInference';
import {irResNet} from '../src/backbones/irResNet';
import {mobileFaceNet} from '../src/backbones/mobileFaceNet';
import {installed} from '../test/support/installed';
import {type Bench, benchCase, type Case} from './harness';
import {PythonPeer, peersPython} from './support/pythonPeer';
import {stockCopy} from './support/stockCopy';
import {keepStockKernels, onStockKernels} from './support/stockKernels';
import {forwardCase, stepCase} from './support/trainingStep';

export const description =
  'steps of MobileFaceNet and IR-18 beside stock layers and PyTorch; memory; wasm; forInference';

const networks = {
  mobileFaceNet: (side: number) => mobileFaceNet({inputShape: [side, side, 3], seed: 1}),
  irResNet18: (side: number) => irResNet({depth: 18, inputShape: [side, side, 3], seed: 1}),
};
type Name = keyof typeof networks;
const names = Object.keys(networks) as Name[];

/** The same network in TensorFlow.js' own layers, on the backend's own kernels. */
function stockStep(name: string, network: () => LayersModel, batch: number): Case {
  return onStockKernels(
    stepCase({name, backend: 'tensorflow', network: async () => stockCopy(network()), batch}),
  );
}

function pytorchStep(name: string, question: {network: Name; batch: number; format: string}): Case {
  return benchCase<PythonPeer>({
    name,
    work: {amount: question.batch, unit: 'img'},
    setup: () => new PythonPeer('backbones_peer.py'),
    run: peer => peer.ask({...question, size: 112, threads: cpus().length}),
    dispose: peer => peer.close(),
  });
}

function nativeCases(name: Name, batch: number, ratios: NonNullable<Bench['ratios']>): Case[] {
  const network = () => networks[name](112);
  const at = `${name} ${batch}×112²`;
  const [ours, stock] = [`tensorflow ${at} step`, `tensorflow stock ${at} step`];
  const cases = [
    stepCase({name: at, backend: 'tensorflow', network, batch}),
    stockStep(`stock ${at}`, network, batch),
  ];
  ratios[`${name}: stock / ours`] = [stock, ours];
  if (peersPython === undefined) return cases;
  for (const format of ['contiguous', 'channels_last']) {
    const peer = `pytorch ${format} ${at} step`;
    cases.push(pytorchStep(peer, {network: name, batch, format}));
    ratios[`${name}: pytorch ${format} / ours`] = [peer, ours];
  }
  return cases;
}

/** What a batch of another size takes, in time and memory. */
function batchCases(): Case[] {
  return [8, 16, 64].map(batch =>
    stepCase({
      name: `mobileFaceNet ${batch}×112²`,
      backend: 'tensorflow',
      network: () => networks.mobileFaceNet(112),
      batch,
    }),
  );
}

/**
 * The forward pass of the network as it was trained, in stock layers, and folded for deployment: on this library's kernels, and on
 * the stock ones, as in a page that only embeds.
 */
function deploymentCases(
  name: Name,
  {backend, batch}: {backend: 'wasm' | 'tensorflow'; batch: number},
  ratios: NonNullable<Bench['ratios']>,
): Case[] {
  const network = () => networks[name](112);
  const folded = () => {
    const whole = network();
    const deployed = forInference(whole);
    whole.dispose();
    return deployed;
  };
  const forward = (kind: string, make: () => LayersModel | Promise<LayersModel>) =>
    forwardCase({name: `${name} ${batch}×112² ${kind}`, backend, network: make, batch});
  const cases = [
    forward('trained', async () => stockCopy(network())),
    forward('for inference', folded),
    onStockKernels(forward('trained, stock kernels', async () => stockCopy(network()))),
    onStockKernels(forward('for inference, stock kernels', folded)),
  ];
  const [ours, oursFolded, stock, stockFolded] = cases.map(each => each.name);
  ratios[`${backend} ${name} forward: trained / for inference`] = [ours, oursFolded];
  ratios[`${backend} ${name} forward on stock kernels: trained / for inference`] = [stock, stockFolded];
  ratios[`${backend} ${name} forward, trained: stock kernels / ours`] = [stock, ours];
  return cases;
}

function wasmCases(ratios: NonNullable<Bench['ratios']>): Case[] {
  return [
    {side: 112, batch: 8},
    {side: 64, batch: 16},
  ].flatMap(({side, batch}) => {
    const name = `mobileFaceNet ${batch}×${side}²`;
    const options = {name, backend: 'wasm', network: () => networks.mobileFaceNet(side), batch} as const;
    ratios[`wasm ${name}: step / forward`] = [`wasm ${name} step`, `wasm ${name} forward`];
    return [forwardCase(options), stepCase(options)];
  });
}

export async function bench(): Promise<Bench[]> {
  const ratios: NonNullable<Bench['ratios']> = {};
  const groups: Case[][] = [];
  keepStockKernels('wasm');
  if (installed('@tensorflow/tfjs-node')) {
    process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
    // In a variable: type checking has to pass where this optional package is not installed.
    const native = '@tensorflow/tfjs-node';
    await import(native);
    keepStockKernels('tensorflow');
    groups.push(
      nativeCases('mobileFaceNet', 32, ratios),
      nativeCases('irResNet18', 16, ratios),
      batchCases(),
      deploymentCases('mobileFaceNet', {backend: 'tensorflow', batch: 64}, ratios),
    );
  }
  groups.push(
    wasmCases(ratios),
    names.flatMap(name => deploymentCases(name, {backend: 'wasm', batch: 8}, ratios)),
  );
  return groups.map(cases => ({cases, ratios, rounds: 7, warmUp: 2, apart: true}));
}
