import {Command} from 'commander';
import {addModelArguments, arePixelsGiven, existing, type ModelArguments, number} from './modelArguments';

/** What the command line of `face-margins compare` asks for. */
export interface CompareOptions extends ModelArguments {
  images: [string, string];
  threshold?: number;
  results?: string;
  json?: boolean;
}

/** Reads the command line. A value that is wrong ends the program with a message that says what is right. */
export const parseCompareOptions = (argv: readonly string[]): CompareOptions =>
  compareOptions(compareCommand('npm run compare --').parse(argv));

/** The options of a command that has been parsed. */
export const compareOptions = (command: Command): CompareOptions => ({
  ...command.opts<Omit<CompareOptions, 'images'>>(),
  images: [command.args[0], command.args[1]],
  pixelsGiven: arePixelsGiven(command),
});

/** The command, without what it does. */
export function compareCommand(name: string): Command {
  const command = new Command(name)
    .description(
      'Says how alike two aligned faces are to a model, and whether they are taken for one person.',
    )
    .argument('<first>', 'an image of an aligned face', existing('an image of an aligned face'))
    .argument('<second>', 'another', existing('an image of an aligned face'));
  return addModelArguments(command)
    .option('--threshold <cosine>', 'cosine from which two faces are taken for one person', number)
    .option(
      '--results <file>',
      'results.json of verify or train, for its threshold and probability',
      existing('the results.json that verify or train has written'),
    )
    .option('--json', 'print the cosine and the verdict as JSON, and nothing else')
    .allowExcessArguments(false);
}
