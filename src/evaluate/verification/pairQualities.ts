import type {RowPair} from './pairDistances';

/**
 * The quality of each pair: that of the worse of its two images, since one bad photograph is enough to spoil a comparison.
 *
 * @param qualities The quality of each image, the higher the better, such as from {@link embeddingNorms}.
 * @param pairs The places of the two images of each pair.
 * @throws If a quality is not finite, or a place is not there.
 *
 * @example
 * ```js
 * pairQualities([20, 5, 31], [{a: 0, b: 1}, {a: 0, b: 2}]);   // 5, 20
 * ```
 */
export function pairQualities(qualities: ArrayLike<number>, pairs: readonly RowPair[]): Float64Array {
  const of = (place: number, pair: number, name: string) => {
    if (!Number.isInteger(place) || place < 0 || place >= qualities.length) {
      throw new Error(
        `pairQualities: pairs[${pair}].${name} must be a place from 0 to ${qualities.length - 1}, but is ${place}.`,
      );
    }
    const quality = qualities[place];
    if (!Number.isFinite(quality))
      throw new Error(`pairQualities: qualities[${place}] must be a finite number, but is ${quality}.`);
    return quality;
  };
  return Float64Array.from(pairs, ({a, b}, pair) => Math.min(of(a, pair, 'a'), of(b, pair, 'b')));
}
