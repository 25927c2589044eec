import {Command, InvalidArgumentError, Option} from 'commander';
import type {BackendName} from 'face-margins';
import {arePixelsGiven, count, countFrom, existing, fraction, number, positive} from './modelArguments';
import {backboneNames, headNames, recipeNames} from './names';

/** What the command line of `face-margins train` asks for. */
export interface FacesOptions {
  /** A folder, `.tar` or `.rec` of faces; synthetic ones are drawn when left out. */
  data?: string;
  validate?: string;
  images?: string;
  minImages: number;
  disjoint: boolean;
  identities: number;
  imagesEach: number;
  /** The part of the training images that is made poor; a run of before this option has none. */
  degrade?: number;
  /** The part of the training labels that is another person's. */
  wrongLabels?: number;
  /** The group of each identity: `folders`, or a file that names it. */
  groups?: string;
  /** Whether every group comes equally often in training; a run of before this option has none. */
  evenGroups?: boolean;
  backbone: string;
  embeddingSize?: number;
  size: number;
  mean: number;
  deviation: number;
  /** Whether the command line said so. */
  pixelsGiven: boolean;
  /** A published way to train in place of the head; a run of before this option has none. */
  recipe?: (typeof recipeNames)[number];
  /** Images of each identity in a batch of a recipe. */
  imagesPerIdentity: number;
  head: string;
  scale?: number;
  margin?: number;
  interClassFilter?: number;
  /** What to learn from beside the labels: a network that knows faces. */
  teacher?: string;
  teacherBackbone: string;
  teacherEmbeddingSize?: number;
  /** The weight of the distance to the teacher beside the head's loss. */
  distill: number;
  weights?: string;
  freeze: string[];
  epochs: number;
  batch: number;
  learningRate: number;
  clip: 'all' | 'backbone';
  validateEvery: number;
  checkpointEvery: number;
  flip: boolean;
  seed: number;
  backend?: BackendName;
  tensorboard: boolean;
  resume: boolean;
  overwrite: boolean;
  json?: boolean;
  out: string;
}

/** What suits small drawn faces, and what suits photographs. Whatever the command line says goes before. */
const usual = {
  synthetic: {backbone: 'small', size: 64, epochs: 8},
  given: {backbone: 'mobilefacenet', size: 112, epochs: 16},
};

/** The rate of SGD from random weights, and from weights that have learned already. */
const usualRate = {fromScratch: 0.1, fineTuning: 0.01};

/** What a recipe has for usual where the command line does not say otherwise. */
const ofRecipe = {
  facenet: {backbone: 'facenet-nn2', embeddingSize: 128, learningRate: 0.05},
};

/** Options as the command line has them; nothing where it leaves to {@link usual} what is usual. */
type Said = Omit<FacesOptions, 'backbone' | 'size' | 'epochs' | 'learningRate'> & Partial<FacesOptions>;

/**
 * Reads the command line. A value that is wrong ends the program with a message that says what is right.
 *
 * @param before Gives the options of the run that is to be resumed, by its folder. Whatever the command line says besides goes before.
 */
export function parseFacesOptions(
  argv: readonly string[],
  before: (out: string) => FacesOptions,
): FacesOptions {
  return facesOptions(facesCommand('npm run faces --').parse(argv), before);
}

/** The options of a command that has been parsed, with what is usual where it leaves something out. */
export function facesOptions(command: Command, before: (out: string) => FacesOptions): FacesOptions {
  const said = {...command.opts<Said>(), pixelsGiven: arePixelsGiven(command)};
  if (said.resume && said.overwrite) {
    command.error(
      'error: --resume goes on with the run in --out, and --overwrite deletes it; give one of the two.',
    );
  }
  if (said.resume) {
    const earlier = before(said.out);
    const given = Object.entries(said).filter(([name]) => command.getOptionValueSource(name) === 'cli');
    const pixelsGiven = said.pixelsGiven || earlier.pixelsGiven;
    return {...earlier, ...Object.fromEntries(given), pixelsGiven};
  }
  if (said.recipe !== undefined) {
    if (command.getOptionValueSource('head') === 'cli') {
      command.error('error: --recipe brings a loss of its own, and --head another; give one of the two.');
    }
    if (said.batch < 2 * said.imagesPerIdentity) {
      command.error(
        `error: --batch must be two identities of --images-per-identity images at least, ${2 * said.imagesPerIdentity}, but is ${said.batch}.`,
      );
    }
  }
  const kind = said.data === undefined ? usual.synthetic : usual.given;
  const learningRate = said.weights === undefined ? usualRate.fromScratch : usualRate.fineTuning;
  const options = {...kind, learningRate, ...(said.recipe && recipeDefaults(said)), ...said};
  if (options.validate !== undefined && options.data === undefined) {
    command.error('error: --validate needs --data: synthetic faces are verified on pairs of their own.');
  }
  if (options.evenGroups && options.groups === undefined) {
    command.error('error: --even-groups needs --groups, which says who belongs to which group.');
  }
  return options;
}

/** What is usual for a recipe; synthetic faces are small, and so is their network. */
function recipeDefaults({recipe, data}: Said) {
  if (recipe === undefined) return {};
  const {backbone, ...others} = ofRecipe[recipe];
  return data === undefined ? others : {backbone, ...others};
}

/** The command, without what it does. */
export function facesCommand(name: string): Command {
  const backends: BackendName[] = ['tensorflow', 'wasm', 'cpu'];
  return new Command(name)
    .description(
      'Trains a face recognizer and says how good it is: on synthetic faces drawn for it, or on your own.',
    )
    .optionsGroup('Faces:')
    .option(
      '--data <path>',
      'folder per identity, .tar of one, or .rec (default: synthetic faces)',
      existing('a folder with a folder per identity, a .tar of one, or a .rec file'),
    )
    .option(
      '--validate <file>',
      'pairs.txt or .bin to verify on (default: identities held back)',
      existing('a pairs.txt or .bin file'),
    )
    .option(
      '--images <path>',
      'folder or .tar with the images of pairs.txt (default: --data)',
      existing('the folder or .tar of the images that pairs.txt names'),
    )
    .option('--min-images <number>', 'leave out identities with fewer images', count, 1)
    .option('--disjoint', 'leave out pairs with anyone who is trained on', false)
    .option('--identities <number>', 'synthetic identities; a fifth is held back', countFrom(10), 300)
    .option('--images-each <number>', 'images of each synthetic identity', countFrom(2), 16)
    .option(
      '--groups <how>',
      'report by groups of people: folders (group/person/image), or a CSV or JSON file of identities and groups',
    )
    .option('--even-groups', 'let every group come equally often in training', false)
    .option('--degrade <fraction>', 'make this part of the training images poor', fraction, 0)
    .option(
      '--wrong-labels <fraction>',
      "give this part of the training images another person's label",
      fraction,
      0,
    )
    .optionsGroup('Network:')
    .addOption(
      new Option('--backbone <name>', 'network (default: small, or mobilefacenet with --data)').choices(
        backboneNames,
      ),
    )
    .option('--embedding-size <number>', "length of the embedding (default: the network's usual one)", count)
    .option(
      '--size <pixels>',
      'rows and columns of an image (default: 64, or 112 with --data)',
      countFrom(16),
    )
    .option('--mean <number>', 'what is taken off pixels from 0 to 255', number, 127.5)
    .option('--deviation <number>', 'what they are divided by then; 128 for some networks', positive, 127.5)
    .option(
      '--weights <path>',
      'start from an .onnx, .safetensors or saved model, or from checkpoints',
      existing('an .onnx or .safetensors file, or the folder of a saved model or of checkpoints'),
    )
    .optionsGroup('Training:')
    .addOption(new Option('--head <name>', 'what to train under').choices(headNames).default('arcface'))
    .addOption(new Option('--recipe <name>', 'train as published, in place of a head').choices(recipeNames))
    .option(
      '--images-per-identity <number>',
      'of a recipe: images of each identity in a batch',
      countFrom(2),
      4,
    )
    .option('--scale <number>', 's of the head (default: what suits the number of identities)', positive)
    .option('--margin <number>', "m of the head (default: the head's usual one)", number)
    .option(
      '--inter-class-filter <cosine>',
      'leave another person out of the loss of an image above this cosine (default: nobody)',
      cosine,
    )
    .option(
      '--teacher <path>',
      'learn from the embeddings of this .onnx, .safetensors or saved model too',
      existing('an .onnx or .safetensors file, or the folder of a saved model'),
    )
    .addOption(
      new Option('--teacher-backbone <name>', 'network that an .onnx or .safetensors file is of')
        .choices(backboneNames)
        .default('mobilefacenet'),
    )
    .option(
      '--teacher-embedding-size <number>',
      "length of that network's embedding (default: its usual one)",
      count,
    )
    .option('--distill <weight>', 'weight of the distance to the teacher beside the head', positive, 16)
    .option(
      '--freeze <names>',
      'layers to leave as they are; all for everything but the head, batch-norm for normalizations',
      names,
      [],
    )
    .option('--epochs <number>', 'passes over the images (default: 8, or 16 with --data)', count)
    .option('--batch <number>', 'images in a batch', countFrom(2), 64)
    .option(
      '--learning-rate <number>',
      'highest rate of SGD (default: 0.1, or 0.01 with --weights)',
      positive,
    )
    .addOption(
      new Option(
        '--clip <whose>',
        'whose gradient is kept to a length of 5: everything, or the network alone',
      )
        .choices(['all', 'backbone'])
        .default('all'),
    )
    .option('--validate-every <number>', 'verify after so many epochs', count, 1)
    .option(
      '--checkpoint-every <number>',
      'steps between checkpoints, besides that at the end of each epoch',
      count,
      500,
    )
    .option('--flip', 'add the embedding of the mirrored image when verifying', false)
    .option('--seed <number>', 'seed of weights, images and shuffling', whole, 1)
    .addOption(
      new Option('--backend <name>', 'backend to compute with (default: the fastest available)').choices(
        backends,
      ),
    )
    .optionsGroup('Files:')
    .option('--tensorboard', 'log for TensorBoard too, to the folder tensorboard in --out', false)
    .option('--resume', 'go on with the run in --out, with its options', false)
    .option('--overwrite', 'let this run take the place of one that is in --out', false)
    .option('--json', 'print the figures as JSON, and nothing else')
    .option('--out <folder>', 'folder to write to', 'out/faces')
    .allowExcessArguments(false);
}

function cosine(text: string): number {
  const value = number(text);
  if (value < -1 || value > 1) throw new InvalidArgumentError('It must be a number from -1 to 1.');
  return value;
}

function whole(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) {
    throw new InvalidArgumentError('It must be a whole number of 0 or more.');
  }
  return value;
}

function names(list: string): string[] {
  return list
    .split(',')
    .map(name => name.trim())
    .filter(Boolean);
}
