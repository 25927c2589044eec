import type {SymbolicTensor} from '@tensorflow/tfjs-layers';
import {type BasicConvolution, basicConvolution} from './basicConvolution';
import type {NetworkBlocks} from './networkBlocks';

/** Convolutions one after the other. */
export type Branch = BasicConvolution[];

/** One branch of an Inception block: `name`, or `name.0`, `name.1` of several, as PyTorch counts what is in a sequence. */
export function convolutionBranch(
  blocks: NetworkBlocks,
  images: SymbolicTensor,
  name: string,
  branch: Branch,
): SymbolicTensor {
  const named = (i: number) => (branch.length === 1 ? name : `${name}.${i}`);
  return branch.reduce(
    (features, settings, i) => basicConvolution(blocks, features, named(i), settings),
    images,
  );
}
