import type * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkNormalizedBatch} from '../../base/checkNormalizedBatch';
import type {Layer} from '../../base/layer';
import {layersOf} from '../checkpoints/namedWeight';
import {checkTrainingImages} from './checkTrainingImages';
import type {Division} from './networkParts';
import {RecomputingNetwork} from './recomputingNetwork';

type Call = Layer['call'];

/** What a layer lets be changed for the time of a call. */
interface Changeable {
  call: Call;
  seed?: number | string;
}

/** Layers that draw a mask at random from a seed of theirs. */
const seededLayers = ['Dropout', 'SpatialDropout1D'];

/**
 * A network applied in training: frozen layers as in inference, and dropout with a new mask in each step.
 *
 * A frozen batch normalization normalizes by its running statistics and leaves them alone; otherwise a network whose weights
 * stand still would go on changing. TensorFlow.js tells layers of training all alike, and its dropout draws the same mask
 * at every step or one that cannot be drawn again, so both are changed for the time of the call.
 */
export class ForwardPass {
  private readonly norms: (Layer & {axis: number})[];
  private readonly random: {layer: Layer & Changeable; seed: number | string | undefined}[];
  private readonly recomputing: RecomputingNetwork | undefined;

  /**
   * @param network From images to embeddings, or any other with one input.
   * @param frozen Layers to be applied as in inference.
   * @param seed Of the dropout layers that have none.
   * @param recompute Where to divide the network for a backward pass that computes activations again; nowhere if left out.
   */
  constructor(
    private readonly network: LayersModel,
    private readonly frozen: ReadonlySet<Layer>,
    private readonly seed: number,
    recompute?: Division,
  ) {
    this.recomputing = recompute && new RecomputingNetwork(network, frozen, recompute);
    this.norms = layersOf(network)
      .filter(layer => layer.getClassName() === 'BatchNormalization' && !frozen.has(layer))
      .map(layer => layer as Layer & {axis: number});
    this.random = layersOf(network)
      .filter(layer => seededLayers.includes(layer.getClassName()))
      .map(layer => ({layer: layer as Layer & Changeable, seed: (layer as Layer & Changeable).seed}));
  }

  /**
   * Applies the network, and gives each of its outputs.
   *
   * @param images `[B, height, width, channels]`.
   * @param draw Names the masks of dropout: one name, one draw.
   * @throws If there are no images, they are not as the network takes them, or a batch normalization that is not frozen has one value a channel.
   */
  outputs(images: tf.Tensor, draw: string): tf.Tensor[] {
    checkTrainingImages(images, this.network);
    if (this.recomputing) return this.recomputing.apply(images, use => this.prepared(draw, use));
    return this.prepared(draw, () => [this.network.apply(images, {training: true})].flat() as tf.Tensor[]);
  }

  /** Changes layers while something runs. */
  private prepared<T>(draw: string, use: () => T): T {
    try {
      for (const layer of this.frozen) {
        const call: Call = layer.call.bind(layer);
        layer.call = (inputs, kwargs) => call(inputs, {...kwargs, training: false});
      }
      for (const layer of this.norms) {
        const call: Call = layer.call.bind(layer);
        layer.call = (inputs, kwargs) => {
          const {shape} = Array.isArray(inputs) ? inputs[0] : inputs;
          checkNormalizedBatch('Trainer', layer.name, shape, layer.axis);
          return call(inputs, kwargs);
        };
      }
      for (const [i, {layer, seed = this.seed}] of this.random.entries()) layer.seed = `${seed} ${draw} ${i}`;
      return use();
    } finally {
      // Without its own property a layer has its class' method again.
      for (const layer of [...this.frozen, ...this.norms]) delete (layer as Partial<Changeable>).call;
      for (const {layer, seed} of this.random) layer.seed = seed;
    }
  }
}
