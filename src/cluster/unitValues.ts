import type {Embeddings} from '../base/embeddings';
import {unitDivisors} from '../base/rowGeometry';

/** The rows scaled to length 1 in float64 and kept in float32, `[N, D]`; a row of zeros stays. */
export function unitValues({values, dimension}: Embeddings): Float32Array {
  const units = new Float32Array(values.length);
  for (let row = 0; row * dimension < values.length; row++) {
    const {shift, length} = unitDivisors({values, dimension}, row);
    const scale = length > 0 ? 1 / length : 0;
    for (let at = row * dimension; at < (row + 1) * dimension; at++) units[at] = values[at] * shift * scale;
  }
  return units;
}
