import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {NetworkBlocks} from './networkBlocks';
import {usualDeviation} from './usualDeviation';

/** Of a convolution, without bias and initial values. */
export type BasicConvolution = Omit<Parameters<NetworkBlocks['convolution']>[2], 'stddev' | 'useBias'>;

/** The convolution, batch normalization and ReLU that Inception networks are made of: `name.conv`, `name.bn`. */
export function basicConvolution(
  blocks: NetworkBlocks,
  input: SymbolicTensor,
  name: string,
  settings: BasicConvolution,
): SymbolicTensor {
  const [rows, columns] = [settings.kernelSize].flat();
  const stddev = usualDeviation((input.shape[3] as number) * rows * (columns ?? rows));
  const convolved = blocks.convolution(input, `${name}.conv`, {...settings, stddev});
  return blocks.relu(blocks.norm(convolved, `${name}.bn`), `${name}.relu`);
}
