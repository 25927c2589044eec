import {Command} from 'commander';
import {
  addModelArguments,
  arePixelsGiven,
  count,
  existing,
  type ModelArguments,
  number,
} from '../modelArguments';

/** What the command line of `face-margins cluster` asks for. */
export interface ClusterOptions extends ModelArguments {
  images: string[];
  threshold: number;
  minImages: number;
  truth: boolean;
  batch: number;
  out?: string;
  json?: boolean;
}

/** The options of a command that has been parsed. */
export const clusterOptions = (command: Command): ClusterOptions => ({
  ...command.opts<Omit<ClusterOptions, 'images'>>(),
  images: command.processedArgs[0] as string[],
  pixelsGiven: arePixelsGiven(command),
});

/** The command, without what it does. */
export function clusterCommand(name: string): Command {
  const each = existing('an image, or a folder of aligned faces');
  const command = new Command(name)
    .description(
      'Puts the aligned faces of one person together, without labels: a line of JSON for each image.',
    )
    .argument('<images...>', 'images, or one folder of them', (path: string, before: string[] = []) => [
      ...before,
      each(path),
    ]);
  return addModelArguments(command)
    .option('--threshold <cosine>', 'cosine above which clusters are merged', number, 0.4)
    .option('--min-images <number>', 'set aside clusters with fewer images', count, 1)
    .option('--truth', 'say how well clusters agree with the folders of the images', false)
    .option('--batch <number>', 'images embedded at once', count, 64)
    .option('--out <folder>', 'copy images into a folder for each cluster, the largest first')
    .option('--json', 'print clusters and figures as one JSON object, and nothing else');
}
