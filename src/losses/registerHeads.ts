import {serialization} from '@tensorflow/tfjs-core';
import {CenterLoss} from './centerLoss';
import {ArcFace} from './heads/arcFace';
import {ASoftmax} from './heads/aSoftmax';
import {ClassContrastive} from './heads/classContrastive';
import {ClassTriplet} from './heads/classTriplet';
import {Coco} from './heads/coco';
import {CombinedMargin} from './heads/combinedMargin';
import {CosFace} from './heads/cosFace';
import {CustomHead} from './heads/customHead';
import {L2Softmax} from './heads/l2Softmax';
import {LSoftmax} from './heads/lSoftmax';
import {NormFace} from './heads/normFace';
import {Softmax} from './heads/softmax';
import {SubCenterArcFace} from './heads/subCenterArcFace';

/**
 * Makes the heads, and the other losses that are layers, known to TensorFlow.js, so that `tf.loadLayersModel` finds them
 * in a saved model.
 *
 * Importing the library has no side effects, so this is a call. A layer constructed in the same program is registered already.
 *
 * @example
 * ```js
 * import {loadLayersModel} from '@tensorflow/tfjs-layers';
 *
 * registerHeads();
 * const model = await loadLayersModel('model/model.json');
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
