import {checkEmbeddings, type Embeddings} from '../../base/embeddings';
import {measuredRows} from '../../base/rowGeometry';

/** A pair of embeddings, by row, such as a pair of `verificationPairs`. */
export interface RowPair {
  /** The row of the first. */
  a: number;
  /** The row of the second. */
  b: number;
}

/** Pairs of embeddings, by row, as two lists: typed arrays take 8 bytes a pair. */
export interface RowPairLists {
  /** The row of the first of each pair. `[P]`. */
  a: ArrayLike<number>;
  /** The row of the second of each pair. `[P]`. */
  b: ArrayLike<number>;
}

/**
 * The squared Euclidean distance between the two embeddings of each pair, each scaled to length 1, in float64:
 *
 *     d = ‖x̂ − ŷ‖² = 2 − 2 cos∠(x, y)        x̂ = x / ‖x‖
 *
 * from 0 (equal) to 4 (opposite). An embedding of length zero stays zero, as in scikit-learn's `normalize`.
 *
 * @param embeddings The embeddings, as from {@link embedImages}.
 * @param pairs The rows of each pair. Default: rows 0 and 1, 2 and 3, and so on, as in InsightFace's `.bin` files.
 * @throws If the embeddings are not equal rows, a value is not finite, a row is not there, or the lists are not of one length.
 *
 * @example
 * ```js
 * pairDistances({values: [1, 0, 0, 2, 3, 0, -1, 0], dimension: 2});   // 2, 4
 * ```
 */
export function pairDistances(
  embeddings: Embeddings,
  pairs?: readonly RowPair[] | RowPairLists,
): Float64Array {
  return ofPairs('pairDistances', embeddings, pairs, (values, x, y, dimension, scaleX, scaleY) => {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += (values[x + d] * scaleX - values[y + d] * scaleY) ** 2;
    return sum;
  });
}

/**
 * The cosine of the angle between the two embeddings of each pair, in float64: from −1 (opposite) to 1 (equal), 0 if one has length
 * zero.
 *
 * @param embeddings The embeddings, as from {@link embedImages}.
 * @param pairs The rows of each pair. Default: rows 0 and 1, 2 and 3, and so on, as in InsightFace's `.bin` files.
 * @throws If the embeddings are not equal rows, a value is not finite, a row is not there, or the lists are not of one length.
 *
 * @example
 * ```js
 * pairScores({values: [1, 0, 0, 2, 3, 0, -1, 0], dimension: 2});   // 0, -1
 * ```
 */
export function pairScores(embeddings: Embeddings, pairs?: readonly RowPair[] | RowPairLists): Float64Array {
  return ofPairs('pairScores', embeddings, pairs, (values, x, y, dimension, scaleX, scaleY) => {
    let sum = 0;
    for (let d = 0; d < dimension; d++) sum += values[x + d] * scaleX * (values[y + d] * scaleY);
    return sum;
  });
}

/** For two rows that begin at `x` and `y`. */
type Measure = (
  values: ArrayLike<number>,
  x: number,
  y: number,
  dimension: number,
  scaleX: number,
  scaleY: number,
) => number;

function ofPairs(
  where: string,
  embeddings: Embeddings,
  pairs: readonly RowPair[] | RowPairLists | undefined,
  measure: Measure,
): Float64Array {
  const rows = checkEmbeddings(where, 'embeddings', embeddings);
  const {values, dimension, lengths} = measuredRows(embeddings);
  const scales = lengths.map(length => (length > 0 ? 1 / length : 1));
  const checkRow = (row: number, pair: number, name: string) => {
    if (!Number.isInteger(row) || row < 0 || row >= rows) {
      throw new Error(`${where}: pairs[${pair}].${name} must be a row from 0 to ${rows - 1}, but is ${row}.`);
    }
  };
  const {a, b} = listsOf(where, pairs ?? neighbors(where, rows));
  const measures = new Float64Array(a.length);
  for (let pair = 0; pair < a.length; pair++) {
    checkRow(a[pair], pair, 'a');
    checkRow(b[pair], pair, 'b');
    const [x, y] = [a[pair], b[pair]];
    measures[pair] = measure(values, x * dimension, y * dimension, dimension, scales[x], scales[y]);
  }
  return measures;
}

/** Pairs as lists. */
function listsOf(where: string, pairs: readonly RowPair[] | RowPairLists): RowPairLists {
  if ('a' in pairs) {
    if (pairs.a.length === pairs.b.length) return pairs;
    throw new Error(
      `${where}: pairs.a and pairs.b must be of one length, but have ${pairs.a.length} and ${pairs.b.length} rows.`,
    );
  }
  return {a: Float64Array.from(pairs, ({a}) => a), b: Float64Array.from(pairs, ({b}) => b)};
}

function neighbors(where: string, rows: number): RowPairLists {
  if (rows % 2 !== 0) {
    throw new Error(
      `${where}: embeddings must have an even number of rows where pairs are left out, but have ${rows}.`,
    );
  }
  return {
    a: Float64Array.from({length: rows / 2}, (_, i) => 2 * i),
    b: Float64Array.from({length: rows / 2}, (_, i) => 2 * i + 1),
  };
}
