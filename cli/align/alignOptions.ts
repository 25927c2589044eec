import {Command, Option} from 'commander';
import type {BackendName} from 'face-margins';
import {addBackendOption, count, existing, fraction, positive} from '../modelArguments';

/** What the command line of `face-margins align` asks for. */
export interface AlignCommandOptions {
  data: string;
  out: string;
  faces: 'largest' | 'all';
  minScore: number;
  minFace: number;
  maxResidual: number;
  size: number;
  backend?: BackendName;
  overwrite: boolean;
  json?: boolean;
}

/** The command, without what it does. */
export function alignCommand(name: string): Command {
  const command = new Command(name)
    .description(
      'Finds faces in photographs, and writes aligned crops in the same folders, with a manifest: what train and other commands take.',
    )
    .requiredOption(
      '--data <folder>',
      'photographs; for training, in a folder for each person',
      existing('a folder of photographs'),
    )
    .option('--out <folder>', 'folder to write crops and manifest.jsonl to', 'aligned')
    .addOption(
      new Option('--faces <which>', 'the largest face of a photograph, or all')
        .choices(['largest', 'all'])
        .default('largest'),
    )
    .option('--min-score <number>', 'how sure the detector must be, from 0 to 1', fraction, 0.5)
    .option('--min-face <pixels>', 'leave out faces that are narrower', count, 40)
    .option('--max-residual <pixels>', 'leave out faces whose points fit the template worse', positive, 16)
    .option('--size <pixels>', 'rows and columns of a crop', count, 112);
  return addBackendOption(command)
    .option('--overwrite', 'begin anew, in place of what is in --out', false)
    .option('--json', 'print what was done as JSON, and nothing else')
    .allowExcessArguments(false);
}
