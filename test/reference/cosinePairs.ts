import {distance} from './distances';
import {dot, type Matrix, normalized, sum, type Vector} from './vectors';

/*
 * Losses over pairs and proxies as their papers have them, the value alone: gradients are checked by central differences of it.
 */

/** Class ids of past embeddings, compared with but not anchors. */
export interface Batch {
  embeddings: Matrix;
  labels: Vector;
  past?: {embeddings: Matrix; labels: Vector};
}

interface Anchor {
  positives: number[];
  negatives: number[];
}

/** The cosines of each example to its positives and negatives. */
function anchors({embeddings, labels, past}: Batch): Anchor[] {
  const all = [...embeddings, ...(past?.embeddings ?? [])].map(normalized);
  const ids = [...labels, ...(past?.labels ?? [])];
  return labels.map((label, i) => {
    const others = all.map((_, j) => j).filter(j => j !== i && (j < labels.length || ids[j] >= 0));
    const cosines = (places: number[]) => places.map(j => dot(all[i], all[j]));
    return {
      positives: cosines(others.filter(j => ids[j] === label)),
      negatives: cosines(others.filter(j => ids[j] !== label)),
    };
  });
}

const mean = (values: Vector) => (values.length === 0 ? 0 : sum(values) / values.length);
const sumExp = (values: Vector) => sum(values.map(Math.exp));

export function multiSimilarity(
  batch: Batch,
  {alpha, beta, base, mining}: {alpha: number; beta: number; base: number; mining: number | false},
): number {
  return mean(
    anchors(batch).map(({positives, negatives}) => {
      const near = positives.filter(s => mining === false || s < Math.max(-4, ...negatives) + mining);
      const far = negatives.filter(s => mining === false || s > Math.min(4, ...positives) - mining);
      return (
        Math.log(1 + sumExp(near.map(s => -alpha * (s - base)))) / alpha +
        Math.log(1 + sumExp(far.map(s => beta * (s - base)))) / beta
      );
    }),
  );
}

export const supCon = (batch: Batch, temperature: number): number =>
  mean(
    anchors(batch)
      .filter(({positives}) => positives.length > 0)
      .map(({positives, negatives}) => {
        const all = Math.log(sumExp([...positives, ...negatives].map(s => s / temperature)));
        return mean(positives.map(s => all - s / temperature));
      }),
  );

export const ntXent = (batch: Batch, temperature: number): number =>
  mean(
    anchors(batch).flatMap(({positives, negatives}) =>
      positives.map(s => Math.log(1 + sumExp(negatives.map(n => (n - s) / temperature)))),
    ),
  );

export const circle = (batch: Batch, m: number, gamma: number): number =>
  mean(
    anchors(batch)
      .filter(({positives, negatives}) => positives.length > 0 && negatives.length > 0)
      .map(({positives, negatives}) => {
        const far = sumExp(negatives.map(s => gamma * Math.max(0, s + m) * (s - m)));
        const near = sumExp(positives.map(s => -gamma * Math.max(0, 1 + m - s) * (s - 1 + m)));
        return Math.log(1 + far * near);
      }),
  );

export function liftedStructure({embeddings, labels}: Batch, margin: number, normalize: boolean): number {
  const rows = normalize ? embeddings.map(normalized) : embeddings;
  const d = (i: number, j: number) => distance('euclidean', rows[i], rows[j]).value;
  const places = labels.map((_, i) => i);
  const far = places.map(i => sumExp(places.filter(j => labels[j] !== labels[i]).map(j => margin - d(i, j))));
  const terms = places.flatMap(i =>
    places
      .filter(j => j !== i && labels[j] === labels[i])
      .map(j => {
        const others = far[i] + far[j];
        return others === 0 ? 0 : Math.max(0, Math.log(others) + d(i, j)) ** 2 / 2;
      }),
  );
  return mean(terms);
}

const cosinesTo = (embeddings: Matrix, weights: Matrix): number[][] => {
  const rows = weights.map(normalized);
  return embeddings.map(normalized).map(x => rows.map(w => dot(x, w)));
};

export function proxyAnchor(
  {embeddings, labels}: Batch,
  weights: Matrix,
  {alpha, margin}: {alpha: number; margin: number},
): number {
  const cosines = cosinesTo(embeddings, weights);
  const terms = weights.map((_, j) => {
    const own = cosines.filter((_, i) => labels[i] === j).map(row => row[j]);
    const other = cosines.filter((_, i) => labels[i] !== j).map(row => row[j]);
    return {
      present: own.length > 0,
      near: Math.log(1 + sumExp(own.map(s => -alpha * (s - margin)))),
      far: Math.log(1 + sumExp(other.map(s => alpha * (s + margin)))),
    };
  });
  return mean(terms.filter(({present}) => present).map(({near}) => near)) + mean(terms.map(({far}) => far));
}

export function softTriple(
  {embeddings, labels}: Batch,
  weights: Matrix,
  {
    subCenters: k,
    scale,
    gamma,
    margin,
    regularization,
  }: Record<'subCenters' | 'scale' | 'gamma' | 'margin' | 'regularization', number>,
): number[] {
  const classes = weights.length / k;
  const byClass = <T>(row: readonly T[]) =>
    Array.from({length: classes}, (_, j) => row.slice(j * k, (j + 1) * k));
  const centers = byClass(weights.map(normalized));
  const spread = centers.flatMap(own =>
    own.flatMap((a, i) => own.slice(i + 1).map(b => Math.sqrt(2 + 1e-5 - 2 * dot(a, b)))),
  );
  // As published, over K (K − 1) a class though each pair is there once.
  const pull = k === 1 ? 0 : sum(spread) / (classes * k * (k - 1));
  return cosinesTo(embeddings, weights).map((row, i) => {
    const similarities = byClass(row).map(own => {
      const shares = own.map(s => Math.exp(s / gamma));
      return sum(own.map((s, n) => (s * shares[n]) / sum(shares)));
    });
    const logits = similarities.map((s, j) => scale * (j === labels[i] ? s - margin : s));
    return Math.log(sumExp(logits)) - logits[labels[i]] + regularization * pull;
  });
}
