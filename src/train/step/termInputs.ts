import type * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, model} from '@tensorflow/tfjs-layers';
import type {Layer} from '../../base/layer';
import type {Term} from '../objective';
import {embeddingSizeOf} from '../trainerConfig';
import {ForwardPass} from './forwardPass';
import type {Division} from './networkParts';

/** What one term sees, or several that see the same. */
interface View {
  /** Which of the outputs of the network. */
  output: number;
  through?: ForwardPass;
  /** Names the random draws of `through`. */
  name: string;
}

const shapeOf = (shape: readonly (number | null)[]) => `[${shape.map(size => size ?? 'batch').join(', ')}]`;

/** What the terms of an objective see of a network: its embeddings, or the output of one of its layers, each perhaps through a model. */
export class TermInputs {
  /** How long the rows are that each term sees. */
  readonly dimensions: number[];
  private readonly views: View[] = [];
  /** The view of each term. */
  private readonly viewOf: number[];
  private readonly pass: ForwardPass;

  /**
   * @param network From images to embeddings.
   * @param terms Whose inputs these are.
   * @param frozen Layers to be applied as in inference.
   * @param seed Of the dropout layers that have none.
   * @param recompute Where to divide the network for a backward pass that computes activations again; nowhere if left out.
   * @throws If a layer is none of the network's, or rows `[batch, dimension]` are not what a term would see.
   */
  constructor(
    network: LayersModel,
    terms: Term[],
    frozen: ReadonlySet<Layer>,
    seed: number,
    recompute?: Division,
  ) {
    const size = embeddingSizeOf(network);
    const seen = terms.map(({layer}) =>
      layer === undefined ? network.outputs[0] : outputOf(network, layer),
    );
    const outputs = [...new Set([network.outputs[0], ...seen])];
    const found = outputs.map(() => new Map<LayersModel | undefined, number>());
    this.viewOf = terms.map(({name, through}, i) => {
      const output = outputs.indexOf(seen[i]);
      const place = found[output].get(through) ?? this.views.length;
      if (place === this.views.length) {
        this.views.push({output, name, ...(through && {through: new ForwardPass(through, new Set(), seed)})});
        found[output].set(through, place);
      }
      return place;
    });
    this.dimensions = terms.map((term, i) => dimensionOf(term, seen[i].shape, size));
    this.pass = new ForwardPass(
      outputs.length === 1 ? network : model({inputs: network.inputs, outputs}),
      frozen,
      seed,
      recompute,
    );
  }

  /** Applies the network: its embeddings, and the outputs of the layers that terms attach to. */
  outputs(images: tf.Tensor, draw: string): tf.Tensor[] {
    return this.pass.outputs(images, draw);
  }

  /** What each term sees of outputs, `[B, D]`; terms that see the same have the same tensor. */
  of(outputs: tf.Tensor[], draw: string): tf.Tensor2D[] {
    const seen = this.views.map(({output, through, name}) =>
      through ? through.outputs(outputs[output], `${draw} ${name}`)[0] : outputs[output],
    );
    return this.viewOf.map(place => seen[place] as tf.Tensor2D);
  }
}

function outputOf(network: LayersModel, name: string): LayersModel['outputs'][0] {
  const layer = network.layers.find(layer => layer.name === name);
  if (layer === undefined) {
    const names = network.layers.map(layer => layer.name).join(', ');
    throw new Error(
      `Trainer: layer of a term must name a layer of the network, one of ${names}, but is '${name}'.`,
    );
  }
  const outputs = [layer.output].flat();
  if (outputs.length > 1)
    throw new Error(`Trainer: layer of a term must have one output, but '${name}' has ${outputs.length}.`);
  return outputs[0];
}

/** How long a row is that a term sees. */
function dimensionOf({name, layer, through}: Term, shape: (number | null)[], embeddingSize: number): number {
  if (through) {
    const wanted = through.inputs[0].shape;
    const fits =
      wanted.length === shape.length && wanted.every((size, i) => size == null || size === shape[i]);
    if (!fits)
      throw new Error(
        `Trainer: through of ${name} must take ${shapeOf(shape)}, but takes ${shapeOf(wanted)}.`,
      );
  }
  if (!layer && !through) return embeddingSize;
  const seen = through ? through.outputs[0].shape : shape;
  const dimension = seen[1];
  if (seen.length === 2 && dimension != null) return dimension;
  throw new Error(
    `Trainer: ${name} must see rows [batch, dimension], but ${through ? 'through' : `layer '${layer}'`} gives ${shapeOf(seen)}; ` +
      'give it the option through, such as sequential({layers: [layers.flatten({inputShape}), layers.dense({units: 64})]}).',
  );
}
