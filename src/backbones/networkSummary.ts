import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {Layer} from '../base/layer';

/** One layer of a {@link NetworkSummary}. */
export interface LayerSummary {
  /** The name of the layer in its network. */
  name: string;
  /** The class of the layer, such as `Conv2D`. */
  type: string;
  /** The shape of its output, without the batch. */
  outputShape: number[];
  /** Numbers it learns, frozen ones included, without running statistics. */
  parameters: number;
  /** Multiplications with an addition for one image, in convolutions and fully connected layers; 0 for others. */
  multiplyAdds: number;
}

/** The result of {@link networkSummary}: what a network costs. */
export interface NetworkSummary {
  /** Each layer, in the order of the network. */
  layers: LayerSummary[];
  /** Parameters, frozen ones included, without running statistics. */
  parameters: number;
  /** Parameters that are trained. */
  trainableParameters: number;
  /** Multiplications with an addition that one image takes in convolutions and fully connected layers. */
  multiplyAdds: number;
  /** A table of all this, a layer a line. */
  toString(): string;
}

/** Layers whose every kernel is applied once at each place of the output. */
const counted = new Set(['Conv1D', 'Conv2D', 'Conv3D', 'DepthwiseConv2D', 'SeparableConv2D', 'Dense']);

const runningStatistics = /\/moving_(mean|variance)$/;

const product = (numbers: readonly (number | null)[]) =>
  numbers.reduce((size: number, length) => size * (length ?? Number.NaN), 1);

const total = (numbers: number[]) => numbers.reduce((sum, value) => sum + value, 0);

function parametersOf(weights: Layer['weights']): number {
  const parameters = weights.filter(({originalName}) => !runningStatistics.test(originalName));
  return total(parameters.map(({shape}) => product(shape)));
}

function summarize(layer: Layer): LayerSummary[] {
  const inner = (layer as Partial<LayersModel>).layers;
  if (inner !== undefined) return inner.flatMap(summarize);
  const outputShape = (layer.outputShape as (number | null)[]).slice(1);
  const kernels = layer.weights.filter(({originalName}) => originalName.endsWith('kernel'));
  const places = product(outputShape.slice(0, -1));
  const multiplyAdds = counted.has(layer.getClassName())
    ? places * total(kernels.map(({shape}) => product(shape)))
    : 0;
  if (Number.isNaN(multiplyAdds)) {
    throw new Error(
      `networkSummary: the output of ${layer.name} must have a fixed size, but is [${outputShape}]; build the network for one size of images.`,
    );
  }
  return [
    {
      name: layer.name,
      type: layer.getClassName(),
      outputShape: outputShape as number[],
      parameters: parametersOf(layer.weights),
      multiplyAdds,
    },
  ];
}

function table({layers: rows, parameters, multiplyAdds}: NetworkSummary): string {
  const lines = [
    ['layer', 'type', 'output', 'parameters', 'multiply-adds'],
    ...rows.map(row => [
      row.name,
      row.type,
      row.outputShape.join('×'),
      row.parameters.toLocaleString('en'),
      row.multiplyAdds.toLocaleString('en'),
    ]),
    ['total', '', '', parameters.toLocaleString('en'), multiplyAdds.toLocaleString('en')],
  ];
  const widths = lines[0].map((_, column) => Math.max(...lines.map(line => line[column].length)));
  const aligned = (text: string, column: number) =>
    column < 3 ? text.padEnd(widths[column]) : text.padStart(widths[column]);
  return lines.map(line => line.map(aligned).join('  ')).join('\n');
}

/**
 * Counts the parameters and multiply-adds of a network, in total and for each layer.
 *
 * Counted as in the papers: convolutions and fully connected layers, kernel size times the places it is applied at,
 * one image; normalization, activations, pooling and sums are left out. Parameters are all weights but running
 * means and variances, so a frozen γ is one.
 *
 * @throws If the network was built for images of any size.
 *
 * @example
 * ```js
 * const {parameters, multiplyAdds} = networkSummary(mobileFaceNet({embeddingSize: 128}));   // 1003136, 220965376
 * console.log(String(networkSummary(compact())));
 * ```
 */
export function networkSummary(network: LayersModel): NetworkSummary {
  const rows = network.layers.flatMap(summarize);
  return {
    layers: rows,
    parameters: parametersOf(network.weights),
    trainableParameters: parametersOf(network.trainableWeights),
    multiplyAdds: total(rows.map(row => row.multiplyAdds)),
    toString() {
      return table(this);
    },
  };
}
