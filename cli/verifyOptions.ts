import {Command, Option} from 'commander';
import {
  addModelArguments,
  arePixelsGiven,
  count,
  existing,
  type ModelArguments,
  rates,
} from './modelArguments';

/** What the command line of `face-margins verify` asks for. */
export interface VerifyOptions extends ModelArguments {
  /** A list of pairs; drawn among the people of {@link images} when left out. */
  pairs?: string;
  images?: string;
  /** The group of each identity: `folders`, or a file that names it. */
  groups?: string;
  far: number[];
  thresholds: 'grid' | 'every';
  batch: number;
  out: string;
  json?: boolean;
}

/** Reads the command line. A value that is wrong ends the program with a message that says what is right. */
export const parseVerifyOptions = (argv: readonly string[]): VerifyOptions =>
  verifyOptions(verifyCommand('npm run verify --').parse(argv));

/** The options of a command that has been parsed. */
export const verifyOptions = (command: Command): VerifyOptions => ({
  ...command.opts<VerifyOptions>(),
  pixelsGiven: arePixelsGiven(command),
});

/** The command, without what it does. */
export function verifyCommand(name: string): Command {
  const command = new Command(name).description(
    'Evaluates a face-recognition model on pairs of aligned faces: accuracy by folds, ROC, TAR at FAR.',
  );
  return addModelArguments(command)
    .option(
      '--pairs <file>',
      "LFW's pairs.txt, or a .bin verification set (default: drawn of the people of --images)",
      existing("LFW's pairs.txt, or a .bin verification set"),
    )
    .option(
      '--images <path>',
      'folder or .tar of the images that pairs.txt names, or of people to draw pairs of',
      existing('the folder or .tar of the images that pairs.txt names'),
    )
    .option(
      '--groups <how>',
      'report by groups of people: folders (group/person/image), or a CSV or JSON file of identities and groups',
    )
    .option('--far <rates>', 'false accept rates, separated by commas', rates, [1e-4, 1e-3, 1e-2, 1e-1])
    .addOption(
      new Option(
        '--thresholds <which>',
        "squared distances tried: InsightFace's 0, 0.01, …, 3.99, or every one",
      )
        .choices(['grid', 'every'])
        .default('grid'),
    )
    .option('--batch <number>', 'images embedded at once', count, 64)
    .option('--out <folder>', 'folder to write results.json and pictures to', 'out/verify')
    .option('--json', 'print the figures as JSON, and nothing else')
    .allowExcessArguments(false);
}
