import {Command, Option} from 'commander';
import type {StorageType} from 'face-margins/search';
import {
  addModelArguments,
  arePixelsGiven,
  count,
  existing,
  type ModelArguments,
  number,
} from '../modelArguments';

/** What the command line of `face-margins search` asks for. */
export interface SearchCommandOptions extends ModelArguments {
  index: string;
  enroll?: string;
  remove?: string[];
  image?: string[];
  top: number;
  threshold: number;
  storage: StorageType;
  batch: number;
  json?: boolean;
}

/** The options of a command that has been parsed. */
export function searchCommandOptions(command: Command): SearchCommandOptions {
  const options = {...command.opts<SearchCommandOptions>(), pixelsGiven: arePixelsGiven(command)};
  if (options.enroll === undefined && options.image === undefined && options.remove === undefined) {
    command.error('error: give --enroll to add people to the index, --image to find somebody, or --remove.');
  }
  return options;
}

/** The command, without what it does. */
export function searchCommand(name: string): Command {
  const each = existing('an image of an aligned face');
  const command = new Command(name).description(
    'Enrolls aligned faces in an index that is kept in a file, and finds who is in an image.',
  );
  return addModelArguments(command)
    .requiredOption('--index <file>', 'the index, a .safetensors file; made if it is not there')
    .option(
      '--enroll <path>',
      'faces to enroll, in a folder for each person; whoever is in the index is replaced',
      existing('a folder with a folder for each person, a .tar of one, or a .rec file'),
    )
    .option('--remove <people...>', 'people to remove from the index')
    .option('--image <files...>', 'images to search for', (path: string, before: string[] = []) => [
      ...before,
      each(path),
    ])
    .option('--top <number>', 'people to name for an image', count, 5)
    .option('--threshold <cosine>', 'name nobody below this cosine', number, 0.3)
    .addOption(
      new Option('--storage <type>', 'numbers of a new index')
        .choices(['float32', 'float16', 'int8'])
        .default('float32'),
    )
    .option('--batch <number>', 'images embedded at once', count, 64)
    .option('--json', 'print what was found as JSON, and nothing else')
    .allowExcessArguments(false);
}
