import {Command, Option} from 'commander';
import {
  addModelArguments,
  arePixelsGiven,
  count,
  existing,
  type ModelArguments,
  rates,
} from '../modelArguments';

/** The protocols, and what each needs beside a model. */
export const protocols = {
  pairs: ['pairs'],
  rfw: ['pairs'],
  all: ['images'],
  retrieval: ['images'],
  megaface: ['images', 'distractors'],
  ijbb: ['meta', 'images'],
  ijbc: ['meta', 'images'],
} as const;

/** The name of a protocol. */
export type ProtocolName = keyof typeof protocols;

/** What the command line of `face-margins evaluate` asks for. */
export interface EvaluateOptions extends ModelArguments {
  protocol: ProtocolName;
  pairs?: string[];
  images?: string;
  distractors?: string;
  meta?: string;
  far: number[];
  replicates: number;
  batch: number;
  out: string;
  json?: boolean;
}

/** The options of a command that has been parsed. One that the protocol needs and that is missing ends the program with a message. */
export function evaluateOptions(command: Command): EvaluateOptions {
  const options: EvaluateOptions = {
    ...command.opts<EvaluateOptions>(),
    pixelsGiven: arePixelsGiven(command),
  };
  for (const needed of protocols[options.protocol]) {
    if (options[needed] === undefined) {
      command.error(`error: the protocol ${options.protocol} needs --${needed}.`);
    }
  }
  if (options.protocol === 'rfw' && (options.pairs?.length ?? 0) < 2) {
    command.error('error: the protocol rfw needs --pairs with a file for each race.');
  }
  return options;
}

/** The command, without what it does. */
export const evaluateCommand = (name: string): Command =>
  addModelArguments(
    new Command(name).description(
      'Evaluates a face-recognition model by a published protocol, and writes one page of its figures.',
    ),
  )
    .addOption(
      new Option(
        '--protocol <name>',
        'pairs (LFW, CFP, AgeDB, CALFW, CPLFW), rfw, all pairs of a folder, retrieval (TinyFace), megaface, ijbb, ijbc',
      )
        .choices(Object.keys(protocols))
        .makeOptionMandatory(),
    )
    .option(
      '--pairs <files...>',
      ".bin verification sets, LFW's pairs.txt or lists of pairs; of rfw one for each race",
      existingEach,
    )
    .option(
      '--images <path>',
      'folder or .tar of images by person; those that lists name; loose_crop of IJB',
      existing('a folder or .tar'),
    )
    .option(
      '--distractors <path>',
      'folder or .tar of strangers, by person',
      existing('a folder or .tar of strangers'),
    )
    .option(
      '--meta <folder>',
      'the folder meta of IJB-B or IJB-C',
      existing('the folder meta of IJB-B or IJB-C'),
    )
    .option('--far <rates>', 'false accept rates, separated by commas', rates, [1e-6, 1e-5, 1e-4, 1e-3])
    .option('--replicates <number>', 'samples of people for the intervals', count, 1000)
    .option('--batch <number>', 'images embedded at once', count, 64)
    .option('--out <folder>', 'folder to write index.html and results.json to', 'out/evaluate')
    .option('--json', 'print the figures as JSON, and nothing else')
    .allowExcessArguments(false);

function existingEach(path: string, before: string[] = []): string[] {
  return [...before, existing('a .bin verification set, or a list of pairs')(path)];
}
