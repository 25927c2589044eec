import type {LayersModel} from '@tensorflow/tfjs-layers';
import {beforeAll, describe, expect, it} from 'vitest';
import {irResNet} from '../../../src/backbones/irResNet';
import {mobileFaceNet} from '../../../src/backbones/mobileFaceNet';
import {matchGraph} from '../../../src/backbones/weights/matchGraph';
import {networkUnits} from '../../../src/backbones/weights/networkUnits';
import {type OnnxUnits, onnxUnits} from '../../../src/backbones/weights/onnxUnits';
import {pyTorchParameters} from '../../../src/backbones/weights/pyTorchParameters';
import {WeightsMismatchError} from '../../../src/backbones/weights/weightsMismatchError';
import {useBackend} from '../../../src/backend/useBackend';
import type {OnnxGraph, OnnxNode} from '../../../src/formats/onnxMessages';
import {withoutInitialValues} from '../../support/withoutInitialValues';

const size = {inputShape: [16, 16, 3] as [number, number, number], embeddingSize: 8};
const ir = (options: Parameters<typeof irResNet>[0]) => () => irResNet({depth: 18, ...size, ...options});
const mobile = (options: Parameters<typeof mobileFaceNet>[0]) => () => mobileFaceNet({...size, ...options});

const unitsOf = (build: () => LayersModel) => {
  const network = withoutInitialValues(build);
  const units = networkUnits(network, pyTorchParameters('test', network));
  network.dispose();
  return units;
};

function mismatchOf(network: () => LayersModel, file: () => LayersModel): WeightsMismatchError {
  try {
    // A network is told from a graph by its operations, which are the same for both.
    matchGraph(
      unitsOf(network),
      {units: unitsOf(file), unused: []} as unknown as OnnxUnits,
      'mine.onnx',
      'x',
    );
  } catch (error) {
    if (error instanceof WeightsMismatchError) return error;
    throw error;
  }
  throw new Error('It fits.');
}

beforeAll(async () => {
  await useBackend('cpu');
});

describe('an ONNX file of another network says what would make the network fit:', () => {
  it.each<[change: string, network: () => LayersModel, file: () => LayersModel]>([
    ['depth: 34', ir({}), ir({depth: 34})],
    ['depth: 18', ir({depth: 34, se: true}), ir({se: true})],
    [`depth: 34 and shortcut: 'pooling'`, ir({}), ir({depth: 34, shortcut: 'pooling'})],
    ['se: true', ir({}), ir({se: true})],
    [`shortcut: 'pooling'`, ir({}), ir({shortcut: 'pooling'})],
    ['embeddingSize: 5', ir({}), ir({embeddingSize: 5})],
    ['inputShape: [32, 32, 3]', mobile({}), mobile({inputShape: [32, 32, 3]})],
    ['blocks: [2, 8, 12, 4]', mobile({}), mobile({blocks: [2, 8, 12, 4]})],
    ['scale: 2', mobile({}), mobile({variant: 'insightface'})],
  ])('%s', (change, network, file) => {
    const {message, change: found} = mismatchOf(network, file);
    expect(found).toBe(change);
    expect(message).toContain(`The file fits a network with ${change}. `);
    expect(message.length).toBeLessThan(1500);
  });

  it('and where the two part', () => {
    expect(mismatchOf(ir({}), ir({shortcut: 'pooling'})).message).toContain(
      'They part at operation 7: the network has linear (layer1.0.downsample.0.weight), the file maxPool (layer1.0.downsample).',
    );
    expect(mismatchOf(ir({}), ir({embeddingSize: 5})).message).toContain(
      'They part at fc.weight, which is [5, 512] in the file and [8, 512] in the network.',
    );
    expect(mismatchOf(ir({}), mobile({})).change).toBeUndefined();
  });
});

it('a pooling of single pixels that leaves none out is no operation of an ONNX graph', () => {
  const node = (operation: string, lists: Record<string, number[]>, from: string, to: string): OnnxNode => ({
    name: to,
    operation,
    inputs: operation === 'PRelu' ? [from, 'slope'] : [from],
    outputs: [to],
    attributes: new Map(Object.entries(lists).map(([name, integers]) => [name, {integers}])),
  });
  const pool = (kernel: number, stride: number) => ({
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
  });
  const graph: OnnxGraph = {
    nodes: [
      node('MaxPool', pool(1, 1), 'x', 'a'),
      node('MaxPool', pool(1, 2), 'a', 'b'),
      node('MaxPool', pool(2, 1), 'b', 'c'),
      node('PRelu', {}, 'c', 'y'),
    ],
    constants: new Map([['slope', {type: 'F32', shape: [1], bytes: new Uint8Array(4)}]]),
    inputs: ['x'],
    outputs: ['y'],
  };
  expect(onnxUnits(graph, 'x.onnx').units.map(({name}) => name)).toEqual(['b', 'c', 'y']);
});
