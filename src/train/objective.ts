import * as tf from '@tensorflow/tfjs-core';
import {layers} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions} from '../base/checkOptions';
import {described} from '../base/described';
import {functionName} from '../base/functionName';
import type {Layer} from '../base/layer';
import {DistillationLoss} from '../losses/distillationLoss';
import type {EmbeddingLoss} from '../losses/embeddingLoss';
import {MarginHead} from '../losses/heads/marginHead';
import {distinctNames} from './checkpoints/distinctNames';
import {type NamedWeight, weightsOfLayer} from './checkpoints/namedWeight';

/** How a term of the objective is trained. */
export interface TermOptions {
  /**
   * What reports and checkpoints call the term. Default: its class, such as `arcFace`. Give one to a loss of your own whose code
   * is minified, which renames classes.
   */
  name?: string;
  /**
   * The learning rate of the term's own weights, as a multiple of the trainer's; of centers, which follow no gradient, as a
   * multiple of their α, up to α 1. Default 1; 0 leaves them as they are.
   */
  learningRate?: number;
}

/** A head or loss, optionally with its weight and options. */
export type ObjectiveTerm = EmbeddingLoss | [weight: number, loss: EmbeddingLoss, options?: TermOptions];

/** What is minimized: one head or loss, or the weighted sum of several. */
export type Objective = EmbeddingLoss | ObjectiveTerm[];

/** A term with its defaults filled in. */
export interface Term {
  name: string;
  weight: number;
  loss: EmbeddingLoss;
  learningRate: number;
}

const isLoss = (value: unknown): value is EmbeddingLoss =>
  typeof (value as EmbeddingLoss | undefined)?.loss === 'function';

const isLayer = (loss: object): loss is EmbeddingLoss & Layer => loss instanceof layers.Layer;

/** `FaceMarginsArcFace` → `arcFace` */
function nameOf(loss: EmbeddingLoss): string {
  // Minified code has its own name for a class, and checkpoints identify terms by name.
  const {className, name: given} = loss.constructor as {className?: string; name: string};
  return functionName(isLayer(loss) ? loss.getClassName() : (className ?? given));
}

/** The terms of an objective, each under a name of its own. */
export function termsOf(objective: Objective): Term[] {
  const list: unknown[] = Array.isArray(objective) ? objective : [objective];
  if (list.length === 0)
    throw new Error('Trainer: objective must have at least one head or loss, but is empty.');
  const terms = list.map((item, i): Term => {
    const [weight, loss, options = {}] = (Array.isArray(item) ? item : [1, item]) as [
      number,
      unknown,
      TermOptions?,
    ];
    if (!isLoss(loss)) {
      throw new Error(
        `Trainer: objective[${i}] must be a head, a loss or [weight, loss], but is ${described(item)}.`,
      );
    }
    checkOptions('Trainer', options, {name: true, learningRate: true}, `objective[${i}][2]`);
    const {name = nameOf(loss), learningRate = 1} = options;
    const {maxLearningRate = Infinity} = loss;
    if (learningRate > maxLearningRate) {
      throw new Error(
        `Trainer: objective[${i}]'s learningRate must be at most ${maxLearningRate}, the largest multiple of its own rate (α of centers) that ${name} takes, but is ${learningRate}.`,
      );
    }
    return {
      name,
      weight: check.finite('Trainer', `objective[${i}]'s weight`, weight),
      loss,
      learningRate: check.notNegative('Trainer', `objective[${i}]'s learningRate`, learningRate),
    };
  });
  const names = distinctNames(terms.map(({name}) => name));
  return terms.map((term, i) => ({...term, name: names[i]}));
}

/** Makes the weights of heads and centers, which wait to see how long an embedding is. */
export function buildTerms(terms: Term[], dimension: number): void {
  for (const {loss} of terms) {
    if (!isLayer(loss) || loss.built) continue;
    tf.tidy(() => {
      const embeddings = tf.zeros([1, dimension]);
      // There is no image yet to ask a teacher about.
      if (loss instanceof DistillationLoss) loss.apply(embeddings);
      else loss.loss(embeddings, tf.zeros([1], 'int32'), {training: false});
    });
  }
}

/** The weights that a term owns; none if it is not a layer. */
export function weightsOfTerm({name, loss}: Term): NamedWeight[] {
  return isLayer(loss) ? weightsOfLayer(loss, `objective/${name}`) : [];
}

/** The head whose logits say which class an image is taken for. */
export function classifierOf(terms: Term[]): MarginHead | undefined {
  return terms.map(({loss}) => loss).find(loss => loss instanceof MarginHead);
}
