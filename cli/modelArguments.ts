import {existsSync} from 'node:fs';
import {type Command, InvalidArgumentError, Option} from 'commander';
import type {BackendName} from 'face-margins';
import {backboneNames} from './names';
import type {ModelOptions} from './openModel';

/** What every command that opens a model asks for. */
export interface ModelArguments extends ModelOptions {
  mean: number;
  deviation: number;
  flip: boolean;
  backend?: BackendName;
  /** Whether the command line says how pixels are scaled: if not, the model says it, or they are as usual. */
  pixelsGiven: boolean;
}

/** Whether a command line has `--mean` or `--deviation`. */
export const arePixelsGiven = (command: Command): boolean =>
  ['mean', 'deviation'].some(name => command.getOptionValueSource(name) === 'cli');

/** Adds the options that say which model, how it takes images, and what computes. */
export function addModelArguments(command: Command): Command {
  const withModel = command
    .requiredOption(
      '--model <path>',
      'folder of a saved model, its model.json, or an .onnx, .safetensors or .pth file',
      existing('the folder of a saved model, its model.json, or an .onnx, .safetensors or .pth file'),
    )
    .addOption(new Option('--backbone <name>', 'network that a file of weights is of').choices(backboneNames))
    .option('--embedding-size <number>', "length of that network's embedding (default: its usual one)", count)
    .addOption(
      new Option('--mean <number>', 'what is taken off pixels from 0 to 255')
        .argParser(number)
        .default(127.5, 'as the model says, or 127.5'),
    )
    .addOption(
      new Option('--deviation <number>', 'what they are divided by then')
        .argParser(positive)
        .default(127.5, 'as the model says, or 127.5'),
    )
    .option('--flip', 'add the embedding of the mirrored image', false);
  return addBackendOption(withModel);
}

/** Adds the option that says what computes. */
export function addBackendOption(command: Command): Command {
  const backends: BackendName[] = ['tensorflow', 'wasm', 'cpu'];
  return command.addOption(
    new Option('--backend <name>', 'backend to compute with (default: the fastest available)').choices(
      backends,
    ),
  );
}

/** Takes the path of something that is there; `right` says what it has to be. */
export function existing(right: string): (path: string) => string {
  return path => {
    if (!existsSync(path)) throw new InvalidArgumentError(`There is nothing at this path; give ${right}.`);
    return path;
  };
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

export function positive(text: string): number {
  const value = number(text);
  if (value <= 0) throw new InvalidArgumentError('It must be a number above 0.');
  return value;
}

export function count(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number of 1 or more.');
  }
  return value;
}

/** Takes a whole number of `least` or more. */
export function countFrom(least: number): (text: string) => number {
  return text => {
    const value = count(text);
    if (value < least) throw new InvalidArgumentError(`It must be a whole number of ${least} or more.`);
    return value;
  };
}

export function fraction(text: string): number {
  const value = number(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return value;
}

/** Parses false accept rates, separated by commas. */
export function rates(list: string): number[] {
  return list.split(',').map(text => {
    const rate = number(text);
    if (rate < 0 || rate > 1) throw new InvalidArgumentError('Rates must be from 0 to 1.');
    return rate;
  });
}
