import type {LayersModel} from '@tensorflow/tfjs-layers';
import {checkedNormalization, type Normalization} from '../base/normalization';
import {channelsOf, statedNormalization} from '../base/statedNormalization';

/**
 * What a network says of the pixels it takes: their normalization, and whether they are RGB or BGR.
 *
 * A file of weights may say it, see {@link importWeights}, or {@link setNormalization}. It is saved with the model.
 *
 * @returns `normalize`, as `imageTensors` and `FaceImages.batches` take it; undefined if the network says nothing, which they take for
 * (x − 127.5) / 127.5 and RGB.
 * @throws If the saved normalization is not one.
 *
 * @example
 * ```js
 * const network = compact({embeddingSize: 2});
 * setNormalization(network, {mean: 127.5, deviation: 128});
 * const deviation = normalizationOf(forInference(network))?.deviation;   // 128
 * ```
 */
export function normalizationOf(network: LayersModel): Normalization | undefined {
  return statedNormalization(network);
}

/**
 * Has a network say which pixels it takes; every way to save the model keeps it, as `normalize` in its metadata.
 *
 * @param normalize What was true of the images that the network was trained on.
 * @throws If it does not fit the channels that the network takes, or has a deviation of 0 or less.
 *
 * @example
 * ```js
 * const network = irResNet({depth: 18, inputShape: [32, 32, 3], embeddingSize: 64});
 * setNormalization(network, {order: 'bgr'});   // as AdaFace's networks
 * ```
 */
export function setNormalization(network: LayersModel, normalize: Normalization): void {
  checkedNormalization(normalize, channelsOf(network));
  network.setUserDefinedMetadata({...network.getUserDefinedMetadata(), normalize});
}
