import {Command, InvalidArgumentError, Option} from 'commander';
import type {BackendName, ExportOnnxOptions} from 'face-margins';
import {addModelArguments, arePixelsGiven, count, type ModelArguments, number} from './modelArguments';

/** What the command line of `face-margins export` asks for. */
export interface ExportOptions extends ModelArguments, Omit<ExportOnnxOptions, 'layout'> {
  out: string;
  fold: boolean;
  channelsLast: boolean;
  backend?: BackendName;
  json?: boolean;
}

function opset(text: string): number {
  const value = number(text);
  if (Number.isInteger(value) && value >= 13 && value <= 17) return value;
  throw new InvalidArgumentError('It must be a whole number from 13 to 17.');
}

/** The options of a command that has been parsed. */
export const exportOptions = (command: Command): ExportOptions => ({
  ...command.opts<Omit<ExportOptions, 'out'>>(),
  out: command.args[0],
  pixelsGiven: arePixelsGiven(command),
});

/** The command, without what it does. */
export function exportCommand(name: string): Command {
  const command = new Command(name)
    .description(
      'Writes a model for other programs: .onnx, .safetensors for PyTorch, or a folder for TensorFlow.js.',
    )
    .argument('<out>', 'a file that ends in .onnx or .safetensors, or a folder');
  return addModelArguments(command)
    .option('--no-fold', 'keep batch normalizations, to train on; .safetensors always does')
    .optionsGroup('ONNX:')
    .option('--opset <number>', "version of ONNX's operations, 13 to 17", opset, 17)
    .addOption(
      new Option('--precision <name>', 'numbers of the weights')
        .choices(['float32', 'float16', 'int8'])
        .default('float32'),
    )
    .option('--pixels', 'take pixels from 0 to 255 and normalize them in the graph', false)
    .option('--channels-last', 'take [batch, height, width, channels]', false)
    .option('--unit-length', 'scale embeddings to length 1 in the graph', false)
    .option('--images-at-once <number>', 'a fixed number of images (default: any)', count)
    .optionsGroup('Output:')
    .option('--json', 'print what was written as JSON, and nothing else')
    .allowExcessArguments(false);
}
