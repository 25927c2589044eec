import {serialization} from '@tensorflow/tfjs-core';
import {ArcFace} from './arcFace';
import {CosFace} from './cosFace';
import {L2Softmax} from './l2Softmax';
import {NormFace} from './normFace';
import {Softmax} from './softmax';

/**
 * Makes the heads known to TensorFlow.js, so that `tf.loadLayersModel` finds them in a saved model.
 *
 * Importing the library has no side effect, so this is a call. A head that was constructed in the same program is known
 * already.
 *
 * ```js
 * registerHeads();
 * const model = await tf.loadLayersModel('file://out/model.json');
 * ```
 */
export function registerHeads(): void {
  for (const head of [Softmax, L2Softmax, NormFace, CosFace, ArcFace]) serialization.registerClass(head);
}
