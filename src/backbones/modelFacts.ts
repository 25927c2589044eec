import type {LayersModel} from '@tensorflow/tfjs-layers';
import {check} from '../base/check';
import {checkOptions, type OptionNames} from '../base/checkOptions';
import {described} from '../base/described';
import {checkedNormalization, type Normalization} from '../base/normalization';
import {channelsOf} from '../base/statedNormalization';

/** What cannot be seen of a model, but must be known to use it: see {@link setModelFacts}. */
export interface ModelFacts {
  /** Which pixels it takes. */
  normalize?: Normalization;
  /** Where the points of a face lie in its images, in pixels, as {@link data.alignFace} takes them: {@link data.faceTemplate} for most. */
  template?: readonly (readonly [x: number, y: number])[];
  /** How it was trained, for people to read: the data, the head, epochs, a license. */
  training?: Readonly<Record<string, string | number | boolean>>;
}

/** What {@link modelFacts} gives: what a model says, and what its shapes say. */
export interface KnownModelFacts extends ModelFacts {
  /** Rows and columns of its images, unless any will do. */
  imageSize?: [height: number, width: number];
  /** The length of its embeddings. */
  embeddingSize?: number;
}

const names: OptionNames<ModelFacts> = {normalize: true, template: true, training: true};

/**
 * Facts, checked.
 *
 * @throws If they cannot be true.
 */
export function checkedFacts(where: string, facts: ModelFacts, channels: number | undefined): ModelFacts {
  const {normalize, template, training} = checkOptions(where, facts, names);
  if (normalize !== undefined) checkedNormalization(normalize, channels);
  if (template !== undefined && !(Array.isArray(template) && template.length > 1)) {
    throw new Error(`${where}: template must be two points or more, but is ${described(template)}.`);
  }
  for (const [i, point] of (template ?? []).entries()) {
    for (const axis of [0, 1]) check.finite(where, `template[${i}][${axis}]`, point?.[axis]);
  }
  if (training !== undefined && (typeof training !== 'object' || training === null)) {
    throw new Error(`${where}: training must be an object, but is ${described(training)}.`);
  }
  for (const [name, value] of Object.entries(training ?? {})) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) {
      throw new Error(
        `${where}: training.${name} must be text, a number or a truth, but is ${described(value)}.`,
      );
    }
  }
  return facts;
}

/** What the shapes of a model say. */
function shapesOf({inputs, outputs}: LayersModel): Pick<KnownModelFacts, 'imageSize' | 'embeddingSize'> {
  const [, height, width] = inputs[0].shape.length === 4 ? inputs[0].shape : [];
  const embeddingSize = outputs[0].shape.at(-1);
  return {
    ...(typeof height === 'number' && typeof width === 'number' && {imageSize: [height, width]}),
    ...(typeof embeddingSize === 'number' && {embeddingSize}),
  };
}

/**
 * What is known of a model: the pixels it takes, the alignment and the size of its images, the length of its embeddings, how it was
 * trained.
 *
 * @param model Of this library, or loaded with TensorFlow.js in Node or a page.
 * @throws If what was saved with the model cannot be true.
 *
 * @example
 * ```js
 * const network = mobileFaceNet();
 * setModelFacts(network, {normalize: {deviation: 128}, training: {head: 'ArcFace', epochs: 16}});
 * const {imageSize, embeddingSize, training} = modelFacts(network);
 * imageSize;   // 112, 112
 * embeddingSize;   // 128
 * ```
 */
export function modelFacts(model: LayersModel): KnownModelFacts {
  const saved = (model.getUserDefinedMetadata() ?? {}) as ModelFacts;
  const facts: ModelFacts = {};
  for (const name of Object.keys(names) as (keyof ModelFacts)[]) {
    if (saved[name] !== undefined) Object.assign(facts, {[name]: saved[name]});
  }
  return {...checkedFacts('modelFacts', facts, channelsOf(model)), ...shapesOf(model)};
}

/**
 * Has a model say what must be known to use it; every way to save it keeps that, and {@link exportOnnx} and {@link importWeights} carry it.
 *
 * {@link evaluate.embedImages} refuses images that were normalized otherwise. What is left out stays as it is.
 *
 * @param facts What is true of it. {@link setNormalization} is the short way for pixels alone.
 * @throws If they cannot be true of the model.
 *
 * @example
 * ```js
 * const network = irResNet({depth: 18, inputShape: [32, 32, 3], embeddingSize: 64});
 * setModelFacts(network, {normalize: {order: 'bgr'}, training: {from: 'AdaFace'}});
 * ```
 */
export function setModelFacts(model: LayersModel, facts: ModelFacts): void {
  checkedFacts('setModelFacts', facts, channelsOf(model));
  model.setUserDefinedMetadata({...model.getUserDefinedMetadata(), ...facts, ...shapesOf(model)});
}
