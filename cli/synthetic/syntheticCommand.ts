import {Command, InvalidArgumentError} from 'commander';
import {count} from '../modelArguments';
import type {PersonGroup, SyntheticOptions} from './syntheticOptions';

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
    .option(
      '--groups <list>',
      'names and numbers of persons, such as day=240,dusk=60, in place of --identities; each further group is in poorer light',
      groups,
    )
    .option('--images <n>', 'how many images of each', count, 12)
    .option('--size <pixels>', 'rows and columns of an image', count, 112)
    .option('--seed <n>', 'the same seed gives the same faces', count, 1)
    .option('--out <folder>', 'where to keep them', 'out/synthetic-faces')
    .option('--json', 'print the folder as JSON, and nothing else')
    .allowExcessArguments(false);

/** Groups as the command line names them. */
function groups(list: string): PersonGroup[] {
  const found = list.split(',').map(text => {
    const [, name, identities] = /^([\w-]+)=(\d+)$/.exec(text.trim()) ?? [];
    if (name === undefined) {
      throw new InvalidArgumentError('It must be names and numbers of persons, such as day=240,dusk=60.');
    }
    return {name, identities: count(identities)};
  });
  if (new Set(found.map(({name}) => name)).size < found.length) {
    throw new InvalidArgumentError('Each group must have a name of its own.');
  }
  return found;
}
