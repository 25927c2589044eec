import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {NetworkBlocks} from './networkBlocks';

/** MobileNetV3's gate, x / 6 + 0.5 kept between 0 and 1; TensorFlow.js' own hard sigmoid is x / 5 + 0.5. */
export function hardSigmoid(blocks: NetworkBlocks, input: SymbolicTensor, name: string): SymbolicTensor {
  return blocks.relu(blocks.rescale(input, name, {scale: 1 / 6, offset: 0.5}), `${name}.clip`, 1);
}

/** MobileNetV3's activation, x times its hard sigmoid. */
export function hardSwish(blocks: NetworkBlocks, input: SymbolicTensor, name: string): SymbolicTensor {
  const gate = hardSigmoid(blocks, input, `${name}.gate`);
  return layers.multiply({name}).apply([input, gate]) as SymbolicTensor;
}
