import {serialization} from '@tensorflow/tfjs-core';
import {ArcFace} from './arcFace';
import {ASoftmax} from './aSoftmax';
import {CenterLoss} from './centerLoss';
import {ClassContrastive} from './classContrastive';
import {ClassTriplet} from './classTriplet';
import {Coco} from './coco';
import {CombinedMargin} from './combinedMargin';
import {CosFace} from './cosFace';
import {CustomHead} from './customHead';
import {L2Softmax} from './l2Softmax';
import {LSoftmax} from './lSoftmax';
import {NormFace} from './normFace';
import {Softmax} from './softmax';
import {SubCenterArcFace} from './subCenterArcFace';

/**
 * Makes the heads, and the other losses that are layers, known to TensorFlow.js, so that `tf.loadLayersModel` finds them
 * in a saved model.
 *
 * Importing the library has no side effect, so this is a call. One that was constructed in the same program is known
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
    ...[CenterLoss, ClassContrastive, ClassTriplet],
  ];
  for (const head of heads)
    serialization.registerClass(
      head as unknown as serialization.SerializableConstructor<serialization.Serializable>,
    );
}
