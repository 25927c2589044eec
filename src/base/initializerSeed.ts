/**
 * A seed for TensorFlow.js' initializers, which take 0 for a missing seed and draw at random.
 *
 * @example
 * ```js
 * import {initializers} from '@tensorflow/tfjs-layers';
 *
 * initializers.randomNormal({stddev: 0.01, seed: initializerSeed(0)});
 * ```
 */
export function initializerSeed(seed: number | undefined): number | undefined {
  // -0.5 stands for 0: no whole number, so no other seed's.
  return seed === 0 ? -0.5 : seed;
}
