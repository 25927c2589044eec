import {type Distance, type DistanceName, distance, normalizeRows} from './distances';
import {accumulate, type Matrix, ones, type Vector, zeroMatrix} from './vectors';

/** What losses over pairs or triplets of a batch have in common. */
export interface TermsInputs {
  /** [B][D]. */
  embeddings: Matrix;
  /** One weight a term: the gradients are those of Σ u_t L_t. All ones by default. */
  upstream?: Vector;
}

export interface TermsResult {
  /** One value a pair or triplet. */
  losses: number[];
  gradients: {embeddings: number[][]};
}

export interface TermsOptions {
  distance?: DistanceName;
  /** Distances between x/‖x‖ rather than x. */
  normalize?: boolean;
}

/** One term: its value, and its derivative with respect to each distance it is made of. */
export interface Term {
  value: number;
  slopes: {first: number; second: number; by: Distance; slope: number}[];
}

/** Sums terms that are functions of distances, and takes their gradient to the embeddings. */
export function termsLoss<T>(
  {embeddings, upstream}: TermsInputs,
  terms: readonly T[],
  {distance: name = 'euclidean', normalize = false}: TermsOptions,
  evaluate: (term: T, between: (first: number, second: number) => Distance) => Term,
): TermsResult {
  const {rows, back} = normalize ? normalizeRows(embeddings) : {rows: embeddings, back: undefined};
  const gradient = zeroMatrix(rows.length, rows[0].length);
  const weights = upstream ?? ones(terms.length);
  const losses = terms.map((term, t) => {
    const {value, slopes} = evaluate(term, (first, second) => distance(name, rows[first], rows[second]));
    for (const {first, second, by, slope} of slopes) {
      accumulate(gradient[first], by.a, weights[t] * slope);
      accumulate(gradient[second], by.b, weights[t] * slope);
    }
    return value;
  });
  return {losses, gradients: {embeddings: back ? back(gradient) : gradient}};
}

/**
 * The mean of a batch's terms with the count it is over: of all terms, or of those above zero. No term gives
 * 0 of 0.
 */
export function meanOver(
  losses: Vector,
  which: 'all' | 'active',
): {loss: number; count: number; upstream: number[]} {
  const counts = losses.map(loss => (which === 'all' || loss > 0 ? 1 : 0));
  const count = counts.reduce<number>((total, one) => total + one, 0);
  const upstream = counts.map(one => (count === 0 ? 0 : one / count));
  return {loss: losses.reduce((total, loss, t) => total + loss * upstream[t], 0), count, upstream};
}
