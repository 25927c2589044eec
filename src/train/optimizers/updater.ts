import * as tf from '@tensorflow/tfjs-core';
import type {MarginHead} from '../../losses/heads/marginHead';
import type {NamedWeight} from '../checkpoints/namedWeight';
import type {Optimizer, StepRates, WholeUpdate} from './optimizer';

/** A weight that is trained. */
export interface Parameter extends NamedWeight {
  /** Its learning rate, as a multiple of the trainer's. */
  learningRate: number;
  part: 'backbone' | 'objective';
  /**
   * Of a head that is divided among ranks, whose gradients are sums over all of them: whether each rank has rows of its own, or all
   * have the same. Default: of no such head.
   */
  divided?: 'rows' | 'same';
}

/** A head that draws classes in each step, and is trained. */
export interface SampledTerm {
  head: MarginHead;
  /** What checkpoints call its rows. */
  name: string;
  /** Its learning rate, as a multiple of the trainer's. */
  learningRate: number;
}

/** Layers whose weights `decay: 'kernels'` leaves alone. */
const undecayedLayers = ['BatchNormalization', 'LayerNormalization', 'PReLU'];

/** Whether a weight is a kernel: what a matrix product or a convolution takes. */
export const isKernel = ({layer, role, weight}: NamedWeight): boolean =>
  !undecayedLayers.includes(layer.getClassName()) && role !== 'bias' && weight.shape.length > 1;

/** Applies an optimizer to variables, and keeps what it remembers of them. */
export class Updater {
  private readonly slots = new Map<string, tf.Variable>();

  constructor(
    private readonly optimizer: Optimizer,
    private readonly parameters: Parameter[],
  ) {
    for (const {name, weight} of parameters) {
      for (const [slot, value] of Object.entries(optimizer.slots)) {
        const initial = tf.fill(weight.shape as number[], value);
        this.slots.set(`${slot}/${name}`, tf.variable(initial, false));
        initial.dispose();
      }
    }
  }

  /**
   * Takes a step.
   *
   * @param gradients By the names of the variables; disposed of as soon as they are used. A variable without one does not change.
   * @param options.scale What the gradient of a weight is multiplied with first.
   */
  apply(
    gradients: tf.NamedTensorMap,
    {learningRate, step, scale}: StepRates & {scale: (parameter: Parameter) => number},
  ): void {
    tf.tidy(() => {
      const updates = new Map<number, WholeUpdate>();
      for (const parameter of this.parameters) {
        const gradient = gradients[(parameter.weight.read() as tf.Variable).name];
        if (gradient === undefined) continue;
        const rate = learningRate * parameter.learningRate;
        const update = updates.get(rate) ?? this.updateAt({learningRate: rate, step});
        updates.set(rate, update);
        tf.tidy(() => this.update(parameter, gradient, scale(parameter), update));
        gradient.dispose();
      }
    });
  }

  /**
   * Takes a step of the rows that a head has drawn; what is remembered of them is kept with them.
   *
   * @param options.scale What the gradient is multiplied with first.
   */
  applyToRows(
    {head, learningRate: multiple}: SampledTerm,
    gradient: tf.Tensor,
    {learningRate, step, scale}: StepRates & {scale: number},
  ): void {
    const {slots, weightDecay} = this.optimizer;
    tf.tidy(() => {
      const update = this.updateAt({learningRate: learningRate * multiple, step});
      const factors = {scale, decay: weightDecay.weightDecay};
      head.updateClasses(slots, (weights, kept) => update(weights, gradient, kept, factors));
    });
  }

  private update(parameter: Parameter, gradient: tf.Tensor, scale: number, update: WholeUpdate): void {
    const {name, weight} = parameter;
    const {weightDecay, decay: decayed} = this.optimizer.weightDecay;
    const decay = decayed === 'all' || isKernel(parameter) ? weightDecay : 0;
    const kept = Object.keys(this.optimizer.slots).map(slot => [slot, this.slot(slot, name)] as const);
    const {value, slots} = update(weight.read(), gradient, Object.fromEntries(kept), {scale, decay});
    weight.write(value);
    for (const [slot, variable] of kept) variable.assign(slots[slot]);
  }

  /** The optimizer's whole update, or its rule between stock operations. */
  private updateAt(rates: StepRates): WholeUpdate {
    const {decoupled} = this.optimizer.weightDecay;
    const rule = this.optimizer.rule(rates);
    if (rule.whole) return rule.whole;
    return (weight, gradient, kept, {scale, decay}) => {
      let [value, pulled] = [weight, scale === 1 ? gradient : tf.mul(gradient, scale)];
      if (decay > 0 && !decoupled) pulled = tf.add(pulled, tf.mul(value, decay));
      if (decay > 0 && decoupled) value = tf.mul(value, 1 - rates.learningRate * decay);
      const {change, slots} = rule(pulled, kept);
      return {value: tf.sub(value, change), slots};
    };
  }

  private slot(slot: string, name: string): tf.Variable {
    return this.slots.get(`${slot}/${name}`) as tf.Variable;
  }

  /** What the optimizer remembers of a weight, and what it begins with. */
  get firstSlots(): Readonly<Record<string, number>> {
    return this.optimizer.slots;
  }

  /** What is remembered: variables by names such as `momentum/backbone/conv_1/kernel`. */
  get state(): ReadonlyMap<string, tf.Variable> {
    return this.slots;
  }

  /** Forgets what is remembered. */
  reset(): void {
    tf.tidy(() => {
      for (const {name, weight} of this.parameters) {
        for (const [slot, value] of Object.entries(this.optimizer.slots)) {
          this.slot(slot, name).assign(tf.fill(weight.shape as number[], value));
        }
      }
    });
  }

  dispose(): void {
    tf.dispose([...this.slots.values()]);
    this.slots.clear();
  }
}
