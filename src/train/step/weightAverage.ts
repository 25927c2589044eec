import * as tf from '@tensorflow/tfjs-core';
import type {NamedWeight} from '../checkpoints/namedWeight';

/**
 * The exponential moving average of a network's weights over the steps of a training, and their exchange for the weights themselves.
 *
 * The averages are named as the weights, `backbone/conv_1/kernel`.
 */
export class WeightAverage {
  private readonly averages = new Map<string, tf.Variable>();
  /** The weights themselves, while the network has the averages in their place. */
  private readonly own = new Map<NamedWeight['weight'], tf.Tensor>();
  private uses = 0;

  /**
   * @param weights What is averaged.
   * @param decay The part of an average that a step keeps, at most.
   */
  constructor(
    private readonly weights: NamedWeight[],
    private readonly decay: number,
  ) {
    for (const {name, weight} of weights) this.averages.set(name, tf.variable(weight.read(), false));
  }

  /** The averages, by the names of the weights. */
  get variables(): ReadonlyMap<string, tf.Variable> {
    return this.averages;
  }

  /** Whether the network has the averages in place of its weights. */
  get isInUse(): boolean {
    return this.uses > 0;
  }

  /** A weight itself, whether or not the network has its average instead; nothing for a weight that is not averaged. */
  ownValue(weight: NamedWeight['weight']): tf.Tensor | undefined {
    return this.own.get(weight);
  }

  /** Takes a step into the averages: a ← d a + (1 − d) w with d = min(decay, (1 + step) / (10 + step)). */
  follow(step: number): void {
    // Early averages would be of the initial weights for 1 / (1 − decay) steps.
    const decay = Math.min(this.decay, (1 + step) / (10 + step));
    for (const {name, weight} of this.weights) {
      tf.tidy(() => {
        const average = this.averages.get(name) as tf.Variable;
        average.assign(tf.add(average, tf.mul(tf.sub(weight.read(), average), 1 - decay)));
      });
    }
  }

  /** Begins anew at the weights as they are, all or those of some names. */
  restart(isWanted: (name: string) => boolean = () => true): void {
    for (const {name, weight} of this.weights) {
      if (isWanted(name)) tf.tidy(() => this.averages.get(name)?.assign(tf.clone(weight.read())));
    }
  }

  /** Gives the network the averages while `use` runs, and its weights back after it. */
  async during<T>(use: () => T | Promise<T>): Promise<T> {
    if (++this.uses === 1) this.putIn();
    try {
      return await use();
    } finally {
      if (--this.uses === 0) this.putBack();
    }
  }

  dispose(): void {
    tf.dispose([...this.averages.values()]);
    this.averages.clear();
  }

  // Values are exchanged, not copied: a tensor's data is shared by all who hold it.
  private putIn(): void {
    for (const {name, weight} of this.weights) {
      this.own.set(weight, tf.clone(weight.read()));
      weight.write(this.averages.get(name) as tf.Variable);
    }
  }

  private putBack(): void {
    for (const [weight, value] of this.own) {
      weight.write(value);
      value.dispose();
    }
    this.own.clear();
  }
}
