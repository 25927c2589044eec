import {Command, Option} from 'commander';
import {count, countFrom, existing, fraction} from '../../cli/modelArguments';
import {backboneNames} from '../../cli/names';

/** What the command line of `npm run unlabeled` asks for. */
export interface UnlabeledOptions {
  /** A folder or `.tar` of faces; synthetic ones are drawn when left out. */
  data?: string;
  minImages: number;
  /** The part of the people to train on whose names are known. */
  labeled: number;
  identities: number;
  backbone: string;
  size: number;
  epochs: number;
  batch: number;
  seeds: number;
  out: string;
}

/** Reads the command line. A value that is wrong ends the program with a message that says what is right. */
export const parseUnlabeledOptions = (argv: readonly string[]): UnlabeledOptions =>
  new Command('npm run unlabeled --')
    .description(
      'Measures what people without names add: trains on some named people, clusters the others, trains on both, and verifies on strangers.',
    )
    .option(
      '--data <path>',
      'folder per identity, or a .tar of one (default: synthetic faces)',
      existing('a folder with a folder per identity, or a .tar of one'),
    )
    .option('--min-images <number>', 'leave out identities with fewer images', count, 1)
    .option('--labeled <fraction>', 'the part of the people whose names are known', fraction, 1 / 3)
    .option('--identities <number>', 'synthetic identities', countFrom(20), 300)
    .addOption(new Option('--backbone <name>', 'network').choices(backboneNames).default('small'))
    .option('--size <pixels>', 'rows and columns of an image', countFrom(16), 64)
    .option('--epochs <number>', 'passes over the images of everybody', count, 8)
    .option('--batch <number>', 'images in a batch', countFrom(2), 64)
    .option('--seeds <number>', 'repeat with seeds 1, 2, … so many times', count, 2)
    .option('--out <folder>', 'folder to write to', 'out/unlabeled')
    .allowExcessArguments(false)
    .parse(argv)
    .opts<UnlabeledOptions>();
