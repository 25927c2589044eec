import type * as tf from '@tensorflow/tfjs-core';
import {checkLayerOptions, type LayerOptionNames} from '../../base/checkLayerOptions';
import {ArcFace, type ArcFaceConfig, arcFaceOptions} from './arcFace';

/** Options of {@link subCenterArcFace}. */
export interface SubCenterArcFaceConfig extends ArcFaceConfig {
  /** The number of centers of a class, K. Default 3, the paper's. */
  subCenters?: number;
}

const subCenterArcFaceOptions: LayerOptionNames<SubCenterArcFaceConfig> = {
  ...arcFaceOptions,
  subCenters: true,
};

/** The sub-center ArcFace head; made by {@link subCenterArcFace}. */
export class SubCenterArcFace extends ArcFace {
  /**
   * The name that saved models know the layer by.
   *
   * @nocollapse
   */
  static override readonly className = 'FaceMarginsSubCenterArcFace';

  constructor(config: SubCenterArcFaceConfig) {
    if (new.target === SubCenterArcFace)
      checkLayerOptions('subCenterArcFace', config, subCenterArcFaceOptions);
    super({...config, subCenters: config.subCenters ?? 3});
  }

  override getConfig(): tf.serialization.ConfigDict {
    return {...super.getConfig(), subCenters: this.subCenters};
  }
}

/**
 * ArcFace with K centers a class, for noisy labels: `cos θ_j = max_k ŵ_jk · x̂`, and ArcFace's margin on that.
 *
 * Mislabeled images gather around a center of their own and leave the dominant one clean. Drop images further than 75 degrees from
 * their class's dominant center and train again with K = 1. The gradient reaches the nearest center only
 * (the first of equals).
 *
 * Embeddings `[B, D]`, labels int32 `[B]`, weights `[classes · K, D]`, the K rows of a class beside each other.
 *
 * Deng, Guo, Liu, Gong, Zafeiriou: Sub-center ArcFace: Boosting Face Recognition by Large-Scale Noisy Web Faces, ECCV 2020.
 *
 * @throws If `subCenters` is not a whole number of 1 or more, or as {@link arcFace}.
 *
 * @example
 * ```js
 * const head = subCenterArcFace({classes: 10, subCenters: 3, scale: 16, margin: 0.3});
 * const loss = head.loss(tf.randomNormal([4, 2]), tf.tensor1d([0, 1, 2, 3], 'int32'));   // shape [4]
 * ```
 */
export function subCenterArcFace(config: SubCenterArcFaceConfig): SubCenterArcFace {
  return new SubCenterArcFace(config);
}
