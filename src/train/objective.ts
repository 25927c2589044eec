import * as tf from '@tensorflow/tfjs-core';
import {type LayersModel, layers} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions, type OptionNames} from '../base/checkOptions';
import {described} from '../base/described';
import {functionName} from '../base/functionName';
import type {Layer} from '../base/layer';
import {DistillationLoss} from '../losses/distillationLoss';
import type {EmbeddingLoss} from '../losses/embeddingLoss';
import {MarginHead} from '../losses/heads/marginHead';
import {distinctNames} from './checkpoints/distinctNames';
import {type NamedWeight, weightsOfLayer, weightsOfModel} from './checkpoints/namedWeight';

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
  /**
   * The layer of the network whose output the term sees, by name: supervision at an early level, as in DeepID2+
   * ([arXiv 1412.1265](https://arxiv.org/abs/1412.1265)). Default: the embeddings.
   */
  layer?: string;
  /**
   * A model that what the term sees goes through first, from `[batch, …]` to rows `[batch, dimension]`: to flatten and shorten what a
   * convolution gives, or a projection of the embeddings that only the loss needs. It is trained and saved with the term. Terms at one
   * layer may share one: it belongs to the first. Default: none.
   */
  through?: LayersModel;
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
  layer?: string;
  through?: LayersModel;
}

const termOptions: OptionNames<TermOptions> = {name: true, learningRate: true, layer: true, through: true};

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
    checkOptions('Trainer', options, termOptions, `objective[${i}][2]`);
    const {name = nameOf(loss), learningRate = 1, layer, through} = options;
    if (layer !== undefined && typeof layer !== 'string') {
      throw new Error(
        `Trainer: objective[${i}]'s layer must be the name of a layer, but is ${described(layer)}.`,
      );
    }
    if (through !== undefined) checkModel(`objective[${i}]'s through`, through);
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
      ...(layer !== undefined && {layer}),
      ...(through !== undefined && {through}),
    };
  });
  const names = distinctNames(terms.map(({name}) => name));
  return terms.map((term, i) => ({...term, name: names[i]}));
}

function checkModel(what: string, value: LayersModel): void {
  const isModel = Array.isArray(value?.layers) && value.inputs?.length === 1 && value.outputs?.length === 1;
  if (isModel) return;
  throw new Error(
    `Trainer: ${what} must be a layers model with one input of known shape and one output, but is ${described(value)}.`,
  );
}

/**
 * Makes the weights of heads and centers, which wait to see how long an embedding is.
 *
 * @param dimensions Of the rows that each term sees.
 */
export function buildTerms(terms: Term[], dimensions: number[]): void {
  for (const [i, {loss}] of terms.entries()) {
    if (!isLayer(loss) || loss.built) continue;
    tf.tidy(() => {
      const embeddings = tf.zeros([1, dimensions[i]]);
      // There is no image yet to ask a teacher about.
      if (loss instanceof DistillationLoss) loss.apply(embeddings);
      else if (loss instanceof MarginHead && loss.sample !== undefined) loss.buildFor(embeddings);
      else loss.loss(embeddings, tf.zeros([1], 'int32'), {training: false});
    });
  }
}

/** The weights that each term owns, those of the model before it too; none where there is no layer. */
export function weightsOfTerms(terms: Term[]): NamedWeight[][] {
  return terms.map(({name, loss, through}, i) => {
    const isOwner = terms.findIndex(term => term.through === through) === i;
    return [
      ...(isLayer(loss) ? weightsOfLayer(loss, `objective/${name}`) : []),
      ...(through && isOwner ? weightsOfModel(through, `objective/${name}/through`) : []),
    ];
  });
}

/** The place of the head whose logits say which class an image is taken for: one at the embeddings, if there is one. */
export function classifierOf(terms: Term[]): number | undefined {
  const heads = [...terms.keys()].filter(i => terms[i].loss instanceof MarginHead);
  return heads.find(i => terms[i].layer === undefined) ?? heads[0];
}
