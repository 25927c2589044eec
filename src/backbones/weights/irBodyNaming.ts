import type {StateDictNaming} from './stateDictNaming';

/** The modules outside the blocks. */
const outside: Record<string, string> = {
  conv1: 'input_layer.0',
  bn1: 'input_layer.1',
  prelu: 'input_layer.2',
  bn2: 'output_layer.0',
  fc: 'output_layer.3',
  features: 'output_layer.4',
};

/** The modules of a block. What is undefined is not there. */
type Block = Record<string, string | undefined>;

const shortcut: Block = {'downsample.0': 'shortcut_layer.0', 'downsample.1': 'shortcut_layer.1'};

/** As of TreB1eN and face.evoLVe: no batch normalization between the first convolution and PReLU. */
const shortBlock: Block = {
  bn1: 'res_layer.0',
  conv1: 'res_layer.1',
  bn2: undefined,
  prelu: 'res_layer.2',
  conv2: 'res_layer.3',
  bn3: 'res_layer.4',
  'se.fc1': 'res_layer.5.fc1',
  'se.prelu': undefined,
  'se.fc2': 'res_layer.5.fc2',
  ...shortcut,
};

/** As of TFace, AdaFace and CVLFace. */
const longBlock: Block = {
  bn1: 'res_layer.0',
  conv1: 'res_layer.1',
  bn2: 'res_layer.2',
  prelu: 'res_layer.3',
  conv2: 'res_layer.4',
  bn3: 'res_layer.5',
  'se.fc1': 'res_layer.se_block.fc1',
  'se.prelu': undefined,
  'se.fc2': 'res_layer.se_block.fc2',
  ...shortcut,
};

/** Squeeze-and-excitation has ReLU there in place of PReLU, and no biases. */
const isAbsentBias = (module: string, leaf: string) => module.startsWith('se.') && leaf === 'bias';

/**
 * The names that an IR-ResNet has in TreB1eN's InsightFace_Pytorch and face.evoLVe, and in TFace, AdaFace and CVLFace:
 * `input_layer.0`, `body.7.res_layer.1`, `output_layer.3`, with the blocks of all stages counted on.
 *
 * @param names Of all parameters of the network, in its order.
 * @returns No naming for a network without such blocks.
 */
export function irBodyNaming(names: readonly string[]): StateDictNaming[] {
  const blocks = new Map<string, number>();
  for (const name of names) {
    const [block] = name.match(/^layer\d+\.\d+(?=\.)/) ?? [];
    if (block !== undefined && !blocks.has(block)) blocks.set(block, blocks.size);
  }
  if (blocks.size === 0) return [];
  return [shortBlock, longBlock].map(modules => name => {
    const [, block, module, leaf] = name.match(/^(?:(layer\d+\.\d+)\.)?(.+)\.(\w+)$/) ?? [];
    const known = block === undefined ? outside : modules;
    if (module === undefined || !Object.hasOwn(known, module)) return name;
    if (known[module] === undefined || isAbsentBias(module, leaf)) return undefined;
    return [...(block === undefined ? [] : ['body', blocks.get(block)]), known[module], leaf].join('.');
  });
}
