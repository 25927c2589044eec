import {serialization} from '@tensorflow/tfjs-core';
import {ArcFace} from './arcFace';
import {ASoftmax} from './aSoftmax';
import {Coco} from './coco';
import {CombinedMargin} from './combinedMargin';
import {CosFace} from './cosFace';
import {CustomHead} from './customHead';
import {L2Softmax} from './l2Softmax';
import {LSoftmax} from './lSoftmax';
import type {MarginHead} from './marginHead';
import {NormFace} from './normFace';
import {Softmax} from './softmax';
import {SubCenterArcFace} from './subCenterArcFace';

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
  const heads = [
    ...[Softmax, L2Softmax, NormFace, Coco, LSoftmax, ASoftmax],
    ...[CosFace, ArcFace, CombinedMargin, SubCenterArcFace, CustomHead],
  ];
  for (const head of heads)
    serialization.registerClass<MarginHead>(
      head as unknown as serialization.SerializableConstructor<MarginHead>,
    );
}
