import {Command} from 'commander';
import {addModelArguments, arePixelsGiven, count, existing, type ModelArguments} from '../modelArguments';

/** What the command line of `face-margins clean` asks for. */
export interface CleanOptions extends ModelArguments {
  data: string;
  most: number;
  batch: number;
  out: string;
}

/** Reads the command line. A value that is wrong ends the program with a message that says what is right. */
export const parseCleanOptions = (argv: readonly string[]): CleanOptions =>
  cleanOptions(cleanCommand('npm run clean --').parse(argv));

/** The options of a command that has been parsed. */
export const cleanOptions = (command: Command): CleanOptions => ({
  ...command.opts<CleanOptions>(),
  pixelsGiven: arePixelsGiven(command),
});

/** The command, without what it does. */
export function cleanCommand(name: string): Command {
  const command = new Command(name).description(
    'Finds what is probably wrong in a labeled set of aligned faces, and writes a page on which a person decides.',
  );
  return addModelArguments(command)
    .requiredOption(
      '--data <path>',
      'folder of one folder per person, a .tar of it, or a .rec file',
      existing('a folder of one folder per person, a .tar of it, or a .rec file'),
    )
    .option('--most <number>', 'candidates of a kind on the page, the surest first', count, 200)
    .option('--batch <number>', 'images embedded at once', count, 64)
    .option('--out <folder>', 'folder to write the page, report.json and keep-list.json to', 'out/clean')
    .allowExcessArguments(false);
}
