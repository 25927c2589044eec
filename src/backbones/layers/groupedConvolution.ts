import {layers, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import type {NetworkBlocks} from './networkBlocks';

/**
 * A 3×3 convolution in groups, of which TensorFlow.js has none: as many output channels as input channels, every group
 * reading only its own. Made of a depthwise convolution, so it has the parameters and the multiply-adds of the grouped
 * one, where a dense kernel with zeros outside its blocks would have `groups` times as many and train the zeros.
 *
 * With C channels in groups of n, the output has the usual order, channel `g n + m` from group g, and the input has the
 * channels of all groups interleaved: channel i of group g at `i C / n + g`. Then channel `i C + g n + m` of the depthwise
 * output is what channel i of the group adds to output `g n + m`, and the sum is over n halves, thirds … of it.
 * From the kernel `[C, n, 3, 3]` of PyTorch: `kernel[y][x][i C / n + g][m] = theirs[g n + m][i][y][x]`.
 */
export function groupedConvolution(
  blocks: NetworkBlocks,
  input: SymbolicTensor,
  name: string,
  {groups, stddev}: {groups: number; stddev: number},
): SymbolicTensor {
  const [, height, width, channels] = input.shape as number[];
  const members = channels / groups;
  const parts = blocks.depthwise(input, name, {kernelSize: 3, multiplier: members, stddev});
  if (members === 1) return parts;
  const rows = layers.reshape({targetShape: [height * width, members, channels], name: `${name}.parts`});
  const stacked = rows.apply(parts) as SymbolicTensor;
  const terms = Array.from({length: members}, (_, i) => {
    const cropping: [[number, number], [number, number]] = [
      [0, 0],
      [i, members - 1 - i],
    ];
    return layers.cropping2D({cropping, name: `${name}.part${i}`}).apply(stacked) as SymbolicTensor;
  });
  const sum = blocks.add(terms, `${name}.sum`);
  const images = layers.reshape({targetShape: [height, width, channels], name: `${name}.images`});
  return images.apply(sum) as SymbolicTensor;
}
