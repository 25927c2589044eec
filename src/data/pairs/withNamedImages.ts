import type {VerificationPair} from '../../formats/verificationPair';
import type {ImageList} from '../sources/imageList';
import {subsetImages} from '../sources/subsetImages';
import type {VerificationProtocol} from './verificationProtocol';

/**
 * Pairs with only the images that they name, each once, in the order of first use.
 *
 * @param pairs Pairs by image index in the list.
 * @param images The list.
 * @returns The same pairs, by index in the shorter list.
 *
 * @example
 * ```js
 * const faces = await imageFolder('faces');
 * const {pairs} = withNamedImages([{a: 7, b: 3, same: true, fold: 0}], faces.images);
 * pairs;   // [{a: 0, b: 1, same: true, fold: 0}]
 * ```
 */
export function withNamedImages(
  pairs: readonly VerificationPair[],
  images: ImageList,
): Pick<VerificationProtocol, 'pairs' | 'images'> {
  const places = [...new Set(pairs.flatMap(({a, b}) => [a, b]))];
  const place = new Map(places.map((old, i) => [old, i]));
  return {
    pairs: pairs.map(pair => ({
      ...pair,
      a: place.get(pair.a) as number,
      b: place.get(pair.b) as number,
    })),
    images: subsetImages(images, places),
  };
}
