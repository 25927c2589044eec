import {Command} from 'commander';
import type {BackendName} from 'face-margins';
import {addBackendOption, count, existing} from '../../cli/modelArguments';
import {crops} from './crops';

/** What the command line of `npm run deepid` asks for. */
export interface DeepIdOptions {
  data: string;
  validate: string;
  minImages: number;
  crops: number;
  epochs: number;
  seed: number;
  backend?: BackendName;
  out: string;
}

/** Reads the command line. A value that is wrong ends the program with a message that says what is right. */
export function parseDeepIdOptions(argv: readonly string[]): DeepIdOptions {
  const command = new Command('npm run deepid --')
    .description(
      "Trains DeepID's network under supervision at the top alone and at four levels, on crops of a face, and joins the crops.",
    )
    .requiredOption(
      '--data <path>',
      'faces aligned to 112×112, a folder per identity or a .tar of one',
      existing('a folder with a folder per identity, or a .tar of one'),
    )
    .requiredOption(
      '--validate <file>',
      'pairs.txt to verify on, without the people trained on',
      existing("LFW's pairs.txt, or another list of pairs"),
    )
    .option('--min-images <number>', 'train on people with so many images', count, 5)
    .option('--crops <number>', 'parts of the face to train on', count, crops.length)
    .option('--epochs <number>', 'passes over the images', count, 10)
    .option('--seed <number>', 'seed of weights, images and shuffling', count, 1)
    .option('--out <folder>', 'folder to write results.json to', 'out/deepid')
    .allowExcessArguments(false);
  return addBackendOption(command).parse(argv).opts<DeepIdOptions>();
}
