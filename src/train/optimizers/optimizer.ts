import type * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions, type OptionNames} from '../../base/checkOptions';

/** Options of weight decay, the same for every optimizer. */
export interface WeightDecayOptions {
  /** How strongly weights are pulled to zero, λ. Default 0. */
  weightDecay?: number;
  /**
   * Coupled: `λ w` joins the gradient, as in Caffe and PyTorch's `SGD`. Decoupled: weights shrink by `η λ w` beside the step,
   * as in AdamW ([arXiv 1711.05101](https://arxiv.org/abs/1711.05101)). Each optimizer has its own default.
   */
  decoupled?: boolean;
  /**
   * Which weights decay. `'kernels'`: those of convolutions, dense layers and heads, but not of batch normalization, PReLU,
   * biases or a learned scale, which need no pull to zero. `'all'`: every one, as PyTorch does with
   * `net.parameters()`. Default `'kernels'`.
   */
  decay?: 'kernels' | 'all';
}

/** What a step of training knows: the rate, and which step of the run it is, from 1. */
export interface StepRates {
  /** η of this step: the term's rate times the schedule's. */
  learningRate: number;
  /** Which step of the run it is, from 1. */
  step: number;
}

/** One tensor for each slot of an optimizer, such as the momentum of a variable. */
export type OptimizerSlots = Record<string, tf.Tensor>;

/** How one variable is changed, with what stands before the rule: `g ← scale g + λ w`. Runs within `tf.tidy`. */
export type WholeUpdate = (
  weight: tf.Tensor,
  gradient: tf.Tensor,
  slots: OptimizerSlots,
  factors: {
    /** What the gradient is multiplied with first. */
    scale: number;
    /** λ of this variable; 0 where it does not decay. */
    decay: number;
  },
) => {
  /** The variable's new value. */
  value: tf.Tensor;
  /** What to remember of it, under the same names. */
  slots: OptimizerSlots;
};

/** How one variable is changed. Runs within `tf.tidy`; gives what is taken from the variable, and the new slots. */
export interface UpdateRule {
  (
    gradient: tf.Tensor,
    slots: OptimizerSlots,
  ): {
    /** What is taken from the variable. */
    change: tf.Tensor;
    /** What to remember of it, under the same names. */
    slots: OptimizerSlots;
  };
  /** The same with the weight decay that the optimizer is set to, in fewer passes. Default: the rule, between stock operations. */
  whole?: WholeUpdate;
}

/**
 * A rule by which gradients change weights, without any state of its own: what it has to remember of a variable, its slots, is
 * kept by the trainer and saved in its checkpoints.
 *
 * Made by {@link sgd}, {@link adamW} and {@link adagrad}; any other object of this shape does as well.
 */
export interface Optimizer {
  /** What checkpoints call it. */
  readonly name: string;
  /** What else it is set to, for checkpoints to tell what has changed. Default: they do not tell. */
  readonly options?: Readonly<Record<string, number | boolean>>;
  /** How weights decay. */
  readonly weightDecay: Readonly<Required<WeightDecayOptions>>;
  /** The names of the slots, and what they are filled with at first. */
  readonly slots: Readonly<Record<string, number>>;
  /** The rule of one step. Called once for each learning rate of a step, so that its constants are made once. */
  rule(rates: StepRates): UpdateRule;
}

const weightDecayOptions: OptionNames<WeightDecayOptions> = {weightDecay: true, decoupled: true, decay: true};

/** Checks that an optimizer knows the options it is given by name, and has not been given the trainer's learning rate. */
export function checkOptimizerOptions<T extends WeightDecayOptions>(
  where: string,
  options: T,
  names: OptionNames<Omit<NoInfer<T>, keyof WeightDecayOptions>>,
): T {
  const isGiven = typeof options === 'object' && options !== null;
  if (typeof options === 'number' || (isGiven && ('learningRate' in options || 'lr' in options))) {
    throw new Error(`${where}: learningRate must be an option of Trainer, but is given to ${where}.`);
  }
  return checkOptions(where, options, {...names, ...weightDecayOptions} as OptionNames<T>);
}

/** Checks options of weight decay and fills in what was left out. */
export function checkedDecay(
  where: string,
  {weightDecay = 0, decoupled = false, decay = 'kernels'}: WeightDecayOptions,
): Required<WeightDecayOptions> {
  check.notNegative(where, 'weightDecay', weightDecay);
  check.oneOf(where, 'decay', decay, ['kernels', 'all']);
  return {weightDecay, decoupled, decay};
}
