import {checkedNormalization, type Normalization} from './normalization';

/** How the pixels of images were normalized, by their tensor. */
const known = new WeakMap<object, Required<Normalization>>();

/** Remembers how the pixels of a tensor were normalized, as long as there is the tensor. */
export function markNormalized<T extends object>(images: T, normalization: Required<Normalization>): T {
  known.set(images, normalization);
  return images;
}

/** How the pixels of a tensor were normalized, if a function of this library made it. */
export const normalizationOfPixels = (images: object): Required<Normalization> | undefined =>
  known.get(images);

/** Whether two normalizations do the same; what is left out has its default. */
export function sameNormalization(one: Normalization, other: Normalization, channels: number): boolean {
  const [a, b] = [one, other].map(each => {
    const {mean, deviation, order} = checkedNormalization(each);
    const listed = [mean, deviation].map(values =>
      typeof values === 'number' ? Array<number>(channels).fill(values) : values,
    );
    return [...listed.flat(), order].join();
  });
  return a === b;
}
