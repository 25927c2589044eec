import {Command, InvalidArgumentError} from 'commander';
import {addModelArguments, arePixelsGiven, count, existing, type ModelArguments} from './modelArguments';

/** What the command line of `face-margins embed` asks for. */
export interface EmbedOptions extends ModelArguments {
  images: string[];
  unitLength: boolean;
  batch: number;
  out?: string;
}

/** The options of a command that has been parsed. */
export const embedOptions = (command: Command): EmbedOptions => ({
  ...command.opts<Omit<EmbedOptions, 'images'>>(),
  images: command.processedArgs[0] as string[],
  pixelsGiven: arePixelsGiven(command),
});

/** The forms of a file of embeddings. */
export const embeddingFiles = ['.jsonl', '.csv', '.npy'];

function embeddingFile(path: string): string {
  if (embeddingFiles.some(ending => path.toLowerCase().endsWith(ending))) return path;
  throw new InvalidArgumentError(`Its name must end in ${embeddingFiles.join(', ')}.`);
}

/** The command, without what it does. */
export function embedCommand(name: string): Command {
  const each = existing('an image, a folder of images, a .tar of one, or a .rec file');
  const command = new Command(name)
    .description('Embeds aligned faces: a line of JSON for each image, or a file.')
    .argument(
      '<images...>',
      'images, or one folder of them, .tar or .rec',
      (path: string, before: string[] = []) => [...before, each(path)],
    );
  return addModelArguments(command)
    .option('--unit-length', 'scale embeddings to length 1', false)
    .option('--batch <number>', 'images embedded at once', count, 64)
    .option(
      '--out <file>',
      'file to write: .jsonl, .csv or .npy (default: JSON lines to print)',
      embeddingFile,
    );
}
