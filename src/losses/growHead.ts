import * as tf from '@tensorflow/tfjs-core';
import type {LayerVariable} from '@tensorflow/tfjs-layers';
import {checkOptions} from '../base/checkOptions';
import type {Layer} from '../base/layer';
import type {EmbeddingLoss} from './embeddingLoss';
import type {MarginHead} from './heads/marginHead';

/** A head or another loss with a row of weights for each class. */
export type ClassLayer = Layer &
  EmbeddingLoss & {
    /** The number of classes. */
    readonly classes: number;
  };

/** As much of a head as says whether it has the weights of all its classes. */
type MaybeDivided = Partial<Pick<MarginHead, 'classRange' | 'sample'>> & {classes: number};

const roleOf = ({originalName}: LayerVariable) => originalName.split('/').pop() as string;

/** The roles of weights that have rows of classes. */
const byClass = ['classWeights', 'centers'];

/**
 * Gives a new head of more classes what another one knows: for new people in a training that has begun.
 *
 * The first classes are those of `head`, in their order; all else that it has learned or counted (scale, threshold, running statistics,
 * steps of its schedules) is taken over. The new classes have the weights that `larger` drew for them, or point to their embeddings. Any
 * head of this library, or one that extends {@link MarginHead}, and {@link centerLoss}.
 *
 * What the optimizer remembers belongs to the trainer: `trainer.restore(state, {growClasses: true})` takes it over with the weights.
 *
 * @param head What was trained.
 * @param larger A head of the same function with at least as many classes, whose weights are replaced.
 * @param options How the new classes begin.
 * @param options.means An embedding of each new class, `[new classes, D]`, such as the mean of its images: its weights point there, as long
 * as those of the known classes are on average. With sub-centers, the first of them. Default: as `larger` drew them.
 * @returns `larger`.
 * @throws If the heads are not of one function, `larger` has fewer classes, weights differ in anything but the number of classes, or
 * `means` have another shape.
 *
 * @example
 * ```js
 * const known = arcFace({classes: 10, seed: 1});
 * await new Trainer({backbone: network, objective: known, optimizer: sgd(), learningRate: 0.1}).run(batches, {epochs: 1});
 * const grown = growHead(known, arcFace({classes: 12, seed: 2}));
 * grown.classWeights;   // shape [12, 8]
 * ```
 */
export function growHead<T extends ClassLayer>(head: T, larger: T, options: {means?: tf.Tensor2D} = {}): T {
  const {means} = checkOptions('growHead', options, {means: true});
  if (head.getClassName() !== larger.getClassName()) {
    throw new Error(
      `growHead: larger must be of class ${head.getClassName()} as head, but is of class ${larger.getClassName()}.`,
    );
  }
  for (const [name, {classRange, classes, sample}] of Object.entries({head, larger}) as [
    string,
    MaybeDivided,
  ][]) {
    if (sample === undefined && (classRange === undefined || classRange.count === classes)) continue;
    throw new Error(
      `growHead: ${name} must have the weights of all its classes, but is divided or draws classes.`,
    );
  }
  if (larger.classes < head.classes) {
    throw new Error(
      `growHead: larger must have ${head.classes} classes or more, those of head, but has ${larger.classes}.`,
    );
  }
  const rows = head.weights.find(weight => byClass.includes(roleOf(weight)));
  if (rows === undefined)
    throw new Error('growHead: head must be built and trained, but has no weights yet.');
  const dimension = rows.shape[1] as number;
  const added = larger.classes - head.classes;
  if (means !== undefined && !tf.util.arraysEqual(means.shape, [added, dimension])) {
    throw new Error(
      `growHead: means must be [${added}, ${dimension}], an embedding of each new class, but are [${means.shape}].`,
    );
  }
  tf.tidy(() => {
    if (!larger.built) larger.loss(tf.zeros([1, dimension]), tf.zeros([1], 'int32'), {training: false});
    const pairs = matched(head, larger);
    for (const [from, to] of pairs) {
      const known = from.read();
      to.write(byClass.includes(roleOf(to)) ? grownRows(known, to, {means, classes: larger.classes}) : known);
    }
  });
  return larger;
}

/** Each weight of the trained head with that of the larger one. */
function matched(head: ClassLayer, larger: ClassLayer): [LayerVariable, LayerVariable][] {
  const shapeOf = (weight: LayerVariable, classes: number) => {
    const [rows, ...rest] = weight.shape;
    const shape = byClass.includes(roleOf(weight))
      ? [`${(rows as number) / classes} · classes`, ...rest]
      : weight.shape;
    return `${roleOf(weight)} [${shape.join(', ')}]`;
  };
  const [known, wanted] = [head, larger].map(({weights, classes}) =>
    weights.map(weight => shapeOf(weight, classes)).join(', '),
  );
  if (known !== wanted)
    throw new Error(`growHead: larger must have the weights of head, ${known}, but has ${wanted}.`);
  return head.weights.map((weight, i) => [weight, larger.weights[i]]);
}

/** The known rows, and those of new classes after them. */
function grownRows(
  known: tf.Tensor,
  to: LayerVariable,
  {means, classes}: {means?: tf.Tensor2D; classes: number},
): tf.Tensor {
  const [rows, dimension] = to.shape as number[];
  const first = known.shape[0];
  if (rows === first) return known;
  const drawn = tf.slice(to.read(), [first, 0]);
  if (means === undefined) return tf.concat([known, drawn]);
  const isCenter = roleOf(to) === 'centers';
  const length = tf.mean(tf.norm(known, 2, 1));
  const unit = tf.div(means, tf.maximum(tf.norm(means, 2, 1, true), 1e-12));
  const begun = isCenter ? means : tf.mul(unit, length);
  const centers = tf.reshape(drawn, [-1, rows / classes, dimension]);
  const grown = tf.concat([tf.expandDims(begun, 1), tf.slice(centers, [0, 1, 0])], 1);
  return tf.concat([known, tf.reshape(grown, [-1, dimension])]);
}
