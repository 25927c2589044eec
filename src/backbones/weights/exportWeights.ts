import * as tf from '@tensorflow/tfjs-core';
import {check} from '../../base/check';
import {checkOptions} from '../../base/checkOptions';
import type {StoredTensor} from '../../formats/storedTensor';
import type {PyTorchNaming} from './pyTorchName';
import type {WeightsOwner} from './pyTorchParameters';

/** Options of {@link exportWeights}. */
export interface ExportWeightsOptions {
  /**
   * Whose names the paper's MobileFaceNet gets: `'insightface'`, those of its layers here, or `'treb1en'`, those of
   * TreB1eN's InsightFace_Pytorch. Other networks have one set of names. Default 'insightface'.
   */
  naming?: PyTorchNaming;
}

/**
 * The weights of a network or a head as a safetensors file that PyTorch loads by name.
 *
 * Names, shapes and layouts are PyTorch's, so that `load_state_dict(safetensors.torch.load_file(path))` takes them
 * strictly: kernels as `[out, in, height, width]`, the fully connected layer for features flattened channel by channel,
 * running statistics and, always 0, the `num_batches_tracked` beside them. The class weights of a head are `weight`,
 * `[classes, D]`, as in InsightFace's partial FC; a learned scale is `scale`. Numbers are float32.
 *
 * @param owner A network, or a built layer such as a head.
 * @throws If a layer has no weights yet, or `naming` is unknown.
 *
 * @example
 * ```js
 * const file = await exportWeights(mobileFaceNet({inputShape: [32, 32, 3], embeddingSize: 64}));   // a Uint8Array
 * ```
 */
export async function exportWeights(
  owner: WeightsOwner,
  options: ExportWeightsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'exportWeights';
  const {naming = 'insightface'} = checkOptions(where, options, {naming: true});
  check.oneOf(where, 'naming', naming, ['insightface', 'treb1en']);
  // As in importWeights, what knows the format loads when it is needed.
  const {batchCounter} = await import('./matchStateDict');
  const {pyTorchName} = await import('./pyTorchName');
  const {pyTorchParameters} = await import('./pyTorchParameters');
  const {serializeSafetensors} = await import('../../formats/safetensors');
  const parameters = pyTorchParameters(where, owner);
  // All of one moment: a step of training while values are read back must not come between.
  const tensors = tf.tidy(() =>
    parameters.map(({variable, toPyTorch}) => toPyTorch(tf.clone(variable.read()))),
  );
  const stored = new Map<string, StoredTensor>();
  for (const [i, tensor] of tensors.entries()) {
    const name = pyTorchName(naming, parameters[i].name);
    if (stored.has(name))
      throw new Error(
        `${where}: layers of ${owner.name} must have names of their own, but two have ${name}.`,
      );
    const values = await tensor.data();
    tensor.dispose();
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    stored.set(name, {type: 'F32', shape: parameters[i].shape, bytes});
    const counter = batchCounter(name);
    if (counter !== undefined) stored.set(counter, {type: 'I64', shape: [], bytes: new Uint8Array(8)});
  }
  return serializeSafetensors(stored);
}
