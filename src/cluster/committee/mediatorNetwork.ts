import {seededRandom} from '../../base/random';

/** A layer of a {@link MediatorNetwork}: y = W x + b. */
export interface MediatorLayer {
  /** The length of x. */
  inputs: number;
  /** The length of y. */
  outputs: number;
  /** W, `[outputs, inputs]`, row-major. */
  weights: Float64Array;
  /** b, `[outputs]`. */
  biases: Float64Array;
}

/** A step of stochastic gradient descent as PyTorch defines it. */
export interface MediatorStep {
  /** The factor of the gradient. */
  learningRate: number;
  /** The part of the last change that is kept. */
  momentum: number;
  /** The part of each weight that is added to its gradient. */
  weightDecay: number;
}

/** A perceptron d → 3d → 3d → 2 with ReLU between, in float64: small enough that no backend would be faster. */
export class MediatorNetwork {
  private readonly changes: {weights: Float64Array; biases: Float64Array}[];
  private readonly outputs: Float64Array[];
  private readonly errors: Float64Array[];

  constructor(readonly layers: readonly MediatorLayer[]) {
    const zeros = ({weights, biases}: MediatorLayer) => ({
      weights: new Float64Array(weights.length),
      biases: new Float64Array(biases.length),
    });
    this.changes = layers.map(zeros);
    this.outputs = layers.map(({outputs}) => new Float64Array(outputs));
    this.errors = layers.map(({inputs}) => new Float64Array(inputs));
  }

  /** A network drawn from a seed, uniformly within ±1/√inputs. */
  static drawn(inputs: number, seed: number): MediatorNetwork {
    const random = seededRandom(seed);
    const sizes = [inputs, 3 * inputs, 3 * inputs, 2];
    const layers = [0, 1, 2].map(at => {
      const [own, outputs] = [sizes[at], sizes[at + 1]];
      const draw = () => (2 * random() - 1) / Math.sqrt(own);
      return {
        inputs: own,
        outputs,
        weights: Float64Array.from({length: own * outputs}, draw),
        biases: Float64Array.from({length: outputs}, draw),
      };
    });
    return new MediatorNetwork(layers);
  }

  /** The probability that a pair shows one person. */
  probability(features: Float64Array): number {
    const [other, same] = this.forward(features);
    return 1 / (1 + Math.exp(other - same));
  }

  /**
   * One step on a batch.
   *
   * @param features `[B, inputs]`.
   * @param targets 1 for one person, 0 for two, `[B]`.
   * @returns The mean cross-entropy before the step.
   */
  step(features: Float64Array, targets: ArrayLike<number>, options: MediatorStep): number {
    const {layers} = this;
    const gradients = layers.map(({weights, biases}) => ({
      weights: new Float64Array(weights.length),
      biases: new Float64Array(biases.length),
    }));
    const {inputs} = layers[0];
    let loss = 0;
    for (let row = 0; row < targets.length; row++) {
      const own = features.subarray(row * inputs, (row + 1) * inputs);
      const [other, same] = this.forward(own);
      const margin = targets[row] === 1 ? other - same : same - other;
      loss += margin > 30 ? margin : Math.log1p(Math.exp(margin));
      const error = (1 / (1 + Math.exp(other - same)) - targets[row]) / targets.length;
      this.backward(own, Float64Array.of(-error, error), gradients);
    }
    layers.forEach((layer, at) => {
      descend(layer.weights, gradients[at].weights, this.changes[at].weights, options);
      descend(layer.biases, gradients[at].biases, this.changes[at].biases, options);
    });
    return loss / targets.length;
  }

  private forward(features: Float64Array): Float64Array {
    let input = features;
    this.layers.forEach(({inputs, outputs, weights, biases}, at) => {
      const output = this.outputs[at];
      const isLast = at === this.layers.length - 1;
      for (let o = 0, w = 0; o < outputs; o++) {
        let sum = biases[o];
        for (let i = 0; i < inputs; i++, w++) sum += weights[w] * input[i];
        output[o] = isLast || sum > 0 ? sum : 0;
      }
      input = output;
    });
    return input;
  }

  private backward(
    features: Float64Array,
    last: Float64Array,
    gradients: readonly {weights: Float64Array; biases: Float64Array}[],
  ): void {
    let error = last;
    for (let at = this.layers.length - 1; at >= 0; at--) {
      const {inputs, outputs, weights} = this.layers[at];
      const input = at === 0 ? features : this.outputs[at - 1];
      const below = this.errors[at].fill(0);
      for (let o = 0, w = 0; o < outputs; o++) {
        gradients[at].biases[o] += error[o];
        for (let i = 0; i < inputs; i++, w++) {
          gradients[at].weights[w] += error[o] * input[i];
          // A unit of value 0 is one that ReLU has cut off.
          if (input[i] > 0) below[i] += error[o] * weights[w];
        }
      }
      error = below;
    }
  }
}

function descend(
  values: Float64Array,
  gradients: Float64Array,
  changes: Float64Array,
  {learningRate, momentum, weightDecay}: MediatorStep,
): void {
  for (let i = 0; i < values.length; i++) {
    changes[i] = momentum * changes[i] + gradients[i] + weightDecay * values[i];
    values[i] -= learningRate * changes[i];
  }
}
