import * as tf from '@tensorflow/tfjs-core';
import type {Batch} from '../../data/batches/batchSource';
import type {NamedWeight} from '../checkpoints/namedWeight';
import type {Term} from '../objective';
import type {Divergence} from './trainingDivergedError';

/** Read back, as not every backend can tell; a training that has stopped has the time. */
const allFinite = async (tensor: tf.Tensor) => (await tensor.data()).every(Number.isFinite);

async function notFinite(tensors: [name: string, tensor: tf.Tensor][]): Promise<string[]> {
  const names: string[] = [];
  for (const [name, tensor] of tensors) if (!(await allFinite(tensor))) names.push(name);
  return names;
}

/** What a stopped step leaves to look at. */
export interface Suspect {
  batches: Batch[];
  /** What each term saw, for each batch. */
  features: tf.Tensor2D[][];
  /** The loss of each term, for each batch. */
  losses: number[][];
  gradients: tf.NamedTensorMap;
  terms: Term[];
  weights: NamedWeight[];
  /** Whether losses may be asked for again: not where another rank would have to take part. */
  isAlone: boolean;
}

type Diagnosis = Pick<Divergence, 'at' | 'term' | 'weights'>;

/** Finds out where the values of a step stopped being finite. */
export async function diagnose(suspect: Suspect): Promise<Diagnosis> {
  const last = suspect.batches.length - 1;
  for (let i = 0; i < last; i++) {
    const found = await diagnoseBatch(i, suspect);
    // Gradients are sums over all batches: only the terms tell which batch is not finite.
    if (found.at !== 'gradient' || found.term !== undefined) return found;
  }
  return diagnoseBatch(last, suspect);
}

/** Looks at the values of a batch in the order in which they are computed. */
async function diagnoseBatch(place: number, suspect: Suspect): Promise<Diagnosis> {
  const {gradients, terms, weights, isAlone} = suspect;
  const batch = suspect.batches[place];
  const features = suspect.features[place];
  const losses = suspect.losses[place];
  if (!(await allFinite(batch.images))) return {at: 'images', weights: []};
  const wrong = await notFinite(weights.map(({name, weight}) => [name, weight.read()]));
  if (wrong.length > 0) return {at: 'weights', weights: wrong};
  for (const seen of new Set(features)) {
    if (!(await allFinite(seen))) return {at: 'embeddings', weights: []};
  }
  const lost = terms.find((_, term) => !Number.isFinite(losses[term]));
  if (lost) return {at: 'loss', term: lost.name, weights: []};
  const found = await notFinite(
    weights.flatMap(({name, weight}): [string, tf.Tensor][] => {
      const gradient = gradients[(weight.read() as tf.Variable).name];
      return gradient === undefined ? [] : [[name, gradient]];
    }),
  );
  const term = isAlone ? await termWithoutGradient(terms, features, batch) : undefined;
  return {at: 'gradient', term, weights: found};
}

/** The term whose gradient to the embeddings is not finite; nothing where gradients stop being so within the network. */
async function termWithoutGradient(
  terms: Term[],
  features: tf.Tensor2D[],
  {images, labels, places}: Batch,
): Promise<string | undefined> {
  for (const [i, {name, loss}] of terms.entries()) {
    const options = {training: false, images, ...(places && {places})};
    const gradient = tf.grad(x => tf.mean(loss.loss(x as tf.Tensor2D, labels, options)))(features[i]);
    const finite = await allFinite(gradient);
    gradient.dispose();
    if (!finite) return name;
  }
  return undefined;
}
