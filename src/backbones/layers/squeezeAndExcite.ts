import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {NetworkBlocks} from './networkBlocks';

/**
 * Squeeze-and-excitation as in InsightFace: each channel times a number between 0 and 1 that two fully connected
 * layers (a sixteenth of the channels, PReLU; all channels, sigmoid) make of the means of all channels.
 * Source: Hu et al., Squeeze-and-Excitation Networks, [arXiv 1709.01507](https://arxiv.org/abs/1709.01507).
 */
export function squeezeAndExcite(blocks: NetworkBlocks, input: SymbolicTensor, name: string): SymbolicTensor {
  const channels = input.shape[3] as number;
  const squeezed = channels / 16;
  const pool = layers.globalAveragePooling2d({name: `${name}.pool`} as Parameters<
    typeof layers.globalAveragePooling2d
  >[0]);
  let gate = pool.apply(input) as SymbolicTensor;
  gate = blocks.dense(gate, `${name}.fc1`, {units: squeezed, useBias: true, stddev: 0.1});
  gate = blocks.prelu(gate, `${name}.prelu`);
  gate = blocks.dense(gate, `${name}.fc2`, {units: channels, useBias: true, stddev: 0.1});
  gate = layers.activation({activation: 'sigmoid', name: `${name}.sigmoid`}).apply(gate) as SymbolicTensor;
  const reshape = layers.reshape({targetShape: [1, 1, channels], name: `${name}.gate`});
  return layers
    .multiply({name: `${name}.scale`})
    .apply([input, reshape.apply(gate) as SymbolicTensor]) as SymbolicTensor;
}
