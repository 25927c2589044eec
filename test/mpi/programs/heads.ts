import * as tf from '@tensorflow/tfjs-core';
import {
  adaCos,
  arcFace,
  type BackendName,
  curricularFace,
  elasticFace,
  focal,
  linearRamp,
  type MarginHead,
  sphereFace2,
  useBackend,
} from 'face-margins';
import {openCollective, sharded} from 'face-margins/distributed';
import {headCases} from '../../losses/heads/headCases';
import {tell} from './tell';

/*
 * Each head in one process over all batches, beside the same head divided among the ranks, of which each has its own batch of
 * another size. Tells the largest differences, relative to the largest number.
 */
const [backend = 'wasm'] = process.argv.slice(2) as BackendName[];
const collective = await openCollective();
await useBackend(backend);
const {rank, size} = collective;
// The first rank has a single class.
const [classes, dimension] = [2 * size - 1, 6];

const counts = Array.from({length: size}, (_, other) => 3 + 2 * other);
const start = counts.slice(0, rank).reduce((sum, count) => sum + count, 0);
const total = counts.reduce((sum, count) => sum + count, 0);
const all = {
  x: tf.randomNormal([total, dimension], 0, 4, 'float32', 5) as tf.Tensor2D,
  labels: tf.tensor1d(
    Array.from({length: total}, (_, i) => (7 * i + 3) % classes),
    'int32',
  ),
  dy: tf.randomUniform([total], 0.5, 2, 'float32', 6) as tf.Tensor1D,
};
const own = {
  x: tf.slice(all.x, [start, 0], [counts[rank], dimension]),
  labels: tf.slice(all.labels, [start], [counts[rank]]),
  dy: tf.slice(all.dy, [start], [counts[rank]]),
};

const makers: Record<string, () => MarginHead> = {
  'ArcFace, focal': () => arcFace({classes, scale: 8, targetLoss: focal({gamma: 2})}),
  'ArcFace, filter': () => arcFace({classes, scale: 8, interClassFilter: 0.2}),
  'ArcFace, schedule': () => arcFace({classes, scale: 8, margin: linearRamp({from: 0, to: 0.5, steps: 4})}),
  'ArcFace, a seed': () => arcFace({classes, scale: 8, seed: 3}),
  'SphereFace2, filter': () => sphereFace2({classes, interClassFilter: 0.2}),
  'CurricularFace, learned scale': () => curricularFace({classes, scale: 8, learnScale: true}),
  'ElasticFace+': () => elasticFace({classes, scale: 8, plus: true, deviation: 0.2, seed: 4}),
  AdaCos: () => adaCos({classes}),
};
for (const {name, head, scaled} of headCases) {
  makers[name] = () => head({classes, scale: 8, seed: 2});
  if (scaled) makers[`${name}, learned scale`] = () => head({classes, scale: 8, seed: 2, learnScale: true});
}

interface Outcome {
  losses: tf.Tensor;
  x: tf.Tensor;
  weights: tf.Tensor[];
  state: tf.Tensor[];
}

/** Losses, gradients of their weighted sum, and the state after a step. */
function outcomeOf(head: MarginHead, {x, labels, dy}: typeof all): Outcome {
  const variable = tf.variable(x);
  const trained = head.trainableWeights.map(weight => weight.read() as tf.Variable);
  let losses: tf.Tensor | undefined;
  const {value, grads} = tf.variableGrads(() => {
    const each = head.loss(variable, labels, {randomKey: 'key'});
    losses = tf.keep(tf.clone(each));
    return tf.sum(tf.mul(each, dy)) as tf.Scalar;
  }, [variable, ...trained]);
  value.dispose();
  head.afterStep?.(all.x, all.labels);
  const outcome = {
    losses: losses as tf.Tensor,
    x: grads[variable.name],
    weights: trained.map(({name}) => grads[name]),
    state: head.getWeights().filter((_, i) => !head.weights[i].trainable || i > 0),
  };
  variable.dispose();
  return outcome;
}

/** The largest difference, relative to the largest number. */
function difference(found: tf.Tensor, expected: tf.Tensor): number {
  if (String(found.shape) !== String(expected.shape)) return Number.POSITIVE_INFINITY;
  const [a, b] = [found.dataSync(), expected.dataSync()];
  const largest = Math.max(1e-6, ...b.map(Math.abs));
  return Math.max(0, ...a.map((value, i) => Math.abs(value - b[i]) / largest));
}

const found: Record<string, object> = {};
for (const [name, make] of Object.entries(makers)) {
  const [whole, part] = [make(), sharded(make(), {collective})];
  for (const head of [whole, part]) tf.dispose(head.apply(all.x));
  const {first, count} = part.classRange;
  const rows = whole.classWeights.shape[0] / classes;
  const rowsHere = (weights: tf.Tensor) => tf.slice(weights, [first * rows], [count * rows]);
  const beginning = difference(
    part.classWeights,
    tf.tidy(() => rowsHere(whole.classWeights)),
  );
  const given = tf.randomNormal(whole.classWeights.shape, 0, 0.3, 'float32', 9);
  (whole.classWeights as unknown as tf.Variable).assign(given as tf.Tensor2D);
  tf.tidy(() => (part.classWeights as unknown as tf.Variable).assign(rowsHere(given)));
  given.dispose();
  const before = tf.memory().numTensors;
  const figures = tf.tidy(() => {
    const [expected, result] = [outcomeOf(whole, all), outcomeOf(part, own as typeof all)];
    const [byClass, ...others] = expected.weights;
    const slice = (of: tf.Tensor) => tf.slice(of, [start], [counts[rank]]);
    const figures = {
      loss: difference(result.losses, slice(expected.losses)),
      dx: difference(result.x, slice(expected.x)),
      dW: difference(result.weights[0], rowsHere(byClass)),
      others: Math.max(0, ...others.map((gradient, i) => difference(result.weights[i + 1], gradient))),
      state: Math.max(0, ...expected.state.map((value, i) => difference(result.state[i], value))),
    };
    tf.dispose([result.losses, expected.losses]);
    return figures;
  });
  const nearest = {
    expected: whole.nearestClasses(own.x as tf.Tensor2D),
    found: part.nearestClasses(own.x as tf.Tensor2D),
  };
  const isNearest = difference(nearest.found, nearest.expected) === 0;
  tf.dispose([nearest.expected, nearest.found]);
  const leaked = tf.memory().numTensors - before;
  found[name] = {...figures, leaked, isNearest, ...(/seed/.test(name) && {beginning})};
  whole.dispose();
  part.dispose();
}

tell(collective, {found});
await collective.close();
