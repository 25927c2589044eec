import {serialization} from '@tensorflow/tfjs-core';
import {CenterLoss} from './centerLoss';
import {ClassSubset} from './classSubset';
import {DistillationLoss} from './distillationLoss';
import {AdaCos} from './heads/adaCos';
import {AdaFace} from './heads/adaFace';
import {ArcFace} from './heads/arcFace';
import {ASoftmax} from './heads/aSoftmax';
import {CircleFace} from './heads/circleFace';
import {ClassContrastive} from './heads/classContrastive';
import {ClassTriplet} from './heads/classTriplet';
import {Coco} from './heads/coco';
import {CombinedMargin} from './heads/combinedMargin';
import {CosFace} from './heads/cosFace';
import {CurricularFace} from './heads/curricularFace';
import {CustomHead} from './heads/customHead';
import {ElasticFace} from './heads/elasticFace';
import {L2Softmax} from './heads/l2Softmax';
import {LSoftmax} from './heads/lSoftmax';
import {MagCosFace} from './heads/magCosFace';
import {MagFace} from './heads/magFace';
import {MvSoftmax} from './heads/mvSoftmax';
import {NormFace} from './heads/normFace';
import {ProxyAnchor} from './heads/proxyAnchorLoss';
import {ProxyNca} from './heads/proxyNcaLoss';
import {Softmax} from './heads/softmax';
import {SoftTriple} from './heads/softTripleLoss';
import {SphereFace2} from './heads/sphereFace2';
import {SphereFaceR} from './heads/sphereFaceR';
import {SubCenterArcFace} from './heads/subCenterArcFace';
import {UniFace} from './heads/uniFace';
import {CrossBatchMemory} from './pairs/crossBatchMemory';

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
    ...[AdaFace, MagFace, MagCosFace, CurricularFace, MvSoftmax, ElasticFace],
    ...[UniFace, SphereFace2, SphereFaceR, CircleFace, AdaCos],
    ...[ProxyAnchor, ProxyNca, SoftTriple],
    ...[CenterLoss, ClassContrastive, ClassTriplet, CrossBatchMemory, DistillationLoss],
    ...[ClassSubset],
  ];
  for (const head of heads)
    serialization.registerClass(
      head as unknown as serialization.SerializableConstructor<serialization.Serializable>,
    );
}
