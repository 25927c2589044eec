import {Command} from 'commander';
import {addModelArguments, existing, type ModelArguments, number} from './modelArguments';

/** What the command line of `npm run compare` asks for. */
export interface CompareOptions extends ModelArguments {
  images: [string, string];
  threshold?: number;
  results?: string;
}

/** Reads the command line. A value that is wrong ends the program with a message that says what is right. */
export function parseCompareOptions(argv: readonly string[]): CompareOptions {
  const command = new Command('npm run compare --')
    .description(
      'Says how alike two aligned faces are to a model, and whether they are taken for one person.',
    )
    .argument('<first>', 'an image of an aligned face', existing('an image of an aligned face'))
    .argument('<second>', 'another', existing('an image of an aligned face'));
  addModelArguments(command)
    .option('--threshold <cosine>', 'cosine from which two faces are taken for one person', number)
    .option(
      '--results <file>',
      'results.json of `npm run verify` or `npm run faces`, for its threshold and probability',
      existing('the results.json that `npm run verify` or `npm run faces` has written'),
    )
    .allowExcessArguments(false)
    .parse(argv);
  return {...command.opts<Omit<CompareOptions, 'images'>>(), images: [command.args[0], command.args[1]]};
}
