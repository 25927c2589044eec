import {crossEntropy, type TargetLoss} from './targetLosses';
import {accumulate, type Matrix, ones, sum, type Vector, zeroMatrix} from './vectors';

/** What every head of the softmax family is given. */
export interface HeadInputs {
  /** x, [B][D]. */
  embeddings: Matrix;
  /** W, [C][D]: one row a class ([C·K][D] for sub-centers, the K rows of a class adjacent). */
  weights: Matrix;
  /** Class ids, [B]. */
  labels: Vector;
  /** u, [B]: the gradients are those of Σ uᵢLᵢ. All ones by default. */
  upstream?: Vector;
  /** g of g(log p_y); cross-entropy by default. */
  targetLoss?: TargetLoss;
}

export interface HeadResult {
  /** g(log softmax(z)_y), [B]. */
  losses: number[];
  /** z with the margin on the target, [B][C]. */
  logits: number[][];
  /** Gradients of Σ uᵢLᵢ; `scale` is with respect to the head's scale s (or α). */
  gradients: {embeddings: number[][]; weights: number[][]; scale: number};
}

/** One logit with its derivatives. */
export interface Logit {
  value: number;
  embedding: Vector;
  weight: Vector;
  scale: number;
}

export interface Head {
  /** The logit of an embedding against one row of W; `example` is the place in the batch. */
  logit(embedding: Vector, weight: Vector, isTarget: boolean, example: number): Logit;
  /** Which row of W stands for class j; row j itself by default. */
  row?(embedding: Vector, weights: Matrix, j: number): number;
  /** C; the number of rows of W by default. */
  classes?: number;
}

/**
 * The value and the gradients of g(log softmax(z)_y) for any head, one logit at a time.
 *
 * ∂L/∂z_j = g′(log p_y)·(1[j=y] − p_j), and 1 − p_y is summed from the other probabilities: it keeps its
 * digits as p_y → 1.
 */
export function softmaxLoss(inputs: HeadInputs, head: Head): HeadResult {
  const {embeddings, weights, labels, upstream = ones(labels.length), targetLoss = crossEntropy} = inputs;
  const classes = head.classes ?? weights.length;
  const row = head.row ?? ((_embedding, _weights, j) => j);
  const dimension = embeddings[0].length;
  const gradients = {
    embeddings: zeroMatrix(embeddings.length, dimension),
    weights: zeroMatrix(weights.length, dimension),
    scale: 0,
  };
  const losses: number[] = [];
  const logits: number[][] = [];
  embeddings.forEach((embedding, i) => {
    const rows = Array.from({length: classes}, (_, j) => row(embedding, weights, j));
    const terms = rows.map((r, j) => head.logit(embedding, weights[r], j === labels[i], i));
    const z = terms.map(term => term.value);
    const {value, slope} = targetLoss(logSoftmax(z, labels[i]));
    const p = softmax(z);
    const miss = sum(p.filter((_, j) => j !== labels[i]));
    terms.forEach((term, j) => {
      const gradient = upstream[i] * slope * (j === labels[i] ? miss : -p[j]);
      accumulate(gradients.embeddings[i], term.embedding, gradient);
      accumulate(gradients.weights[rows[j]], term.weight, gradient);
      gradients.scale += gradient * term.scale;
    });
    losses.push(value);
    logits.push(z);
  });
  return {losses, logits, gradients};
}

export function softmax(z: Vector): number[] {
  const largest = Math.max(...z);
  const exponentials = z.map(value => Math.exp(value - largest));
  const total = sum(exponentials);
  return exponentials.map(value => value / total);
}

/**
 * log softmax(z)_y; where y leads, as −log1p of the others, so that a confident example still has a loss
 * above zero.
 */
export function logSoftmax(z: Vector, y: number): number {
  const largest = Math.max(...z);
  if (z[y] === largest) {
    const others = sum(z.filter((_, j) => j !== y).map(value => Math.exp(value - largest)));
    return 0 - Math.log1p(others);
  }
  return z[y] - largest - Math.log(sum(z.map(value => Math.exp(value - largest))));
}
