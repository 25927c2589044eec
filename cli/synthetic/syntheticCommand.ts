import {Command} from 'commander';
import {count} from '../modelArguments';
import type {SyntheticOptions} from './syntheticOptions';

/** What the command line of `face-margins synthetic` asks for. */
export interface SyntheticCommandOptions extends SyntheticOptions {
  out: string;
  json?: boolean;
}

/** The command, without what it does. */
export const syntheticCommand = (name: string): Command =>
  new Command(name)
    .description('Draws synthetic faces (cartoons of nobody), a folder for each identity.')
    .option('--identities <n>', 'how many persons', count, 300)
    .option('--images <n>', 'how many images of each', count, 12)
    .option('--size <pixels>', 'rows and columns of an image', count, 112)
    .option('--seed <n>', 'the same seed gives the same faces', count, 1)
    .option('--out <folder>', 'where to keep them', 'out/synthetic-faces')
    .option('--json', 'print the folder as JSON, and nothing else')
    .allowExcessArguments(false);
