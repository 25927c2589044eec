import type {LayersModel} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions, type OptionNames} from '../base/checkOptions';
import type {Collective} from '../base/collective';
import {described} from '../base/described';
import {type Schedule, scheduleValues} from '../schedules/schedule';
import type {Objective} from './objective';
import type {Optimizer} from './optimizers/optimizer';

/** Options of {@link Trainer}. */
export interface TrainerConfig {
  /** From images `[B, height, width, channels]` to embeddings `[B, D]`. */
  backbone: LayersModel;
  /**
   * What is minimized: a head or loss, or several with their weights, `[arcFace(…), [0.003, centerLoss(…)]]`. A third entry sets
   * the learning rate of a term's own weights, `[1, arcFace(…), {learningRate: 10}]`.
   */
  objective: Objective;
  /** Such as `sgd({momentum: 0.9, weightDecay: 5e-4})`. */
  optimizer: Optimizer;
  /**
   * A number, a schedule such as {@link cosineDecay}, or a function of the step, which counts from 1. What the function gives is
   * checked before each step: a finite number of 0 or more.
   */
  learningRate: number | Schedule | ((step: number) => number);
  /** The longest that a gradient may be; a longer one is shortened and keeps its direction. Default: no limit. 5 is usual. */
  clipNorm?: number;
  /** Whose length counts for `clipNorm` and who is shortened: all weights together, or the backbone's only. Default `'all'`. */
  clip?: 'all' | 'backbone';
  /**
   * How many batches make a step. Default 1. Gradients are those of one batch of all examples, except that batch normalization
   * sees each batch for itself, and pairs and triplets are made within one. At the end of a pass a step has what is left.
   */
  accumulate?: number;
  /**
   * Layers of the backbone to leave as they are, by names or patterns. They are applied as in inference: a frozen batch
   * normalization uses its running statistics and does not move them, a frozen dropout lets everything through.
   */
  freeze?: readonly (string | RegExp)[];
  /**
   * The decay d of an exponential moving average of the network's weights, a ← d a + (1 − d) w after each step, running statistics
   * included; 0.999 to 0.9999 is usual, the more steps the larger. In the first steps d is (1 + step) / (10 + step), so that the initial
   * weights fade. The average is saved in checkpoints, `validate` measures it, and {@link Trainer.withAverage} gives it.
   * Default: no average.
   */
  ema?: number;
  /**
   * Whether the backward pass computes activations of the backbone again, in place of keeping them: less memory, for up to 1.4 times
   * the time. True divides the network where that takes the least memory; names or patterns divide it behind these layers, where one tensor
   * alone leads on, as behind the additions of residual blocks, `[/\.add$/]`. Gradients, running statistics and dropout masks are the same
   * to the bit. Layers of the user's own must give the same when they are applied again. Default false.
   */
  recompute?: boolean | readonly (string | RegExp)[];
  /** Seed of dropout masks and of other draws that the trainer makes. Default 1. */
  seed?: number;
  /**
   * The processes that train together, from `openCollective` of `face-margins/distributed`. Each rank gives `fit` batches of its own, and a
   * step has those of all: N ranks train as one process with N times `accumulate`. Default: this process alone.
   */
  collective?: Collective;
  /** Takes warnings: what one should know and is not an error. Of ranks, the first takes those that all would give. Default: `console.warn`. */
  onWarning?: (message: string) => void;
}

const trainerOptions: OptionNames<TrainerConfig> = {
  backbone: true,
  objective: true,
  optimizer: true,
  learningRate: true,
  clipNorm: true,
  clip: true,
  accumulate: true,
  freeze: true,
  ema: true,
  recompute: true,
  seed: true,
  collective: true,
  onWarning: true,
};

/** Checks every option. What is missing is named before it is met as undefined somewhere within. */
export function checkConfig(config: TrainerConfig): void {
  const {backbone, optimizer, learningRate} = checkOptions('Trainer', config, trainerOptions);
  const needed = (name: string, right: string, value: unknown) =>
    new Error(`Trainer: ${name} must be ${right}, but is ${described(value)}.`);
  if (!Array.isArray(backbone?.layers) || !Array.isArray(backbone.outputs)) {
    throw needed('backbone', 'a layers model, from images to embeddings', backbone);
  }
  if (typeof optimizer?.rule !== 'function' || !optimizer.slots || !optimizer.weightDecay) {
    const right = 'one of this library, such as sgd({momentum: 0.9}), adamW() or adagrad()';
    throw needed('optimizer', right, optimizer);
  }
  const isSchedule = typeof learningRate === 'object' && learningRate !== null && 'kind' in learningRate;
  if (!isSchedule && !['number', 'function'].includes(typeof learningRate)) {
    const right =
      'a number, a schedule such as cosineDecay({peak: 0.1, steps: 20_000}) or a function of the step';
    throw needed('learningRate', right, learningRate);
  }
  const {accumulate = 1, seed = 1, clip = 'all', clipNorm, ema, recompute = false} = config;
  check.count('Trainer', 'accumulate', accumulate);
  check.finite('Trainer', 'seed', seed);
  check.oneOf('Trainer', 'clip', clip, ['all', 'backbone']);
  if (clipNorm !== undefined) check.positive('Trainer', 'clipNorm', clipNorm);
  if (ema !== undefined && !(ema >= 0 && ema < 1)) {
    throw new Error(`Trainer: ema must be a decay of 0 or more and less than 1, but is ${described(ema)}.`);
  }
  if (typeof recompute !== 'boolean' && !Array.isArray(recompute)) {
    throw needed('recompute', 'true, false or a list of names and patterns of layers', recompute);
  }
  if (typeof learningRate !== 'function') {
    for (const rate of scheduleValues(learningRate)) check.notNegative('Trainer', 'learningRate', rate);
  }
}

/** How long the embeddings of a network are. */
export function embeddingSizeOf(backbone: LayersModel): number {
  const [output, ...others] = backbone.outputs;
  const size = output.shape[1];
  if (others.length > 0 || output.shape.length !== 2 || size == null) {
    const shapes = backbone.outputs.map(({shape}) => `[${shape}]`).join(' and ');
    throw new Error(
      `Trainer: backbone must have one output, embeddings [batch, dimension], but has ${shapes}.`,
    );
  }
  return size;
}
