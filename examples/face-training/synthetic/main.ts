import {availableParallelism} from 'node:os';
import cliProgress from 'cli-progress';
import {Command} from 'commander';
import {syntheticFaces} from './syntheticFaces';

const whole = (text: string) => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Error(`${text} must be a whole number of 1 or more.`);
  return value;
};

/** npm run synthetic: draws synthetic faces into a folder per identity, without training on them. */
async function main(): Promise<void> {
  const options = new Command('npm run synthetic --')
    .description('Draws synthetic faces (cartoons of nobody), a folder for each identity.')
    .option('--identities <n>', 'how many persons', whole, 300)
    .option('--images <n>', 'how many images of each', whole, 12)
    .option('--size <pixels>', 'rows and columns of an image', whole, 112)
    .option('--seed <n>', 'the same seed gives the same faces', whole, 1)
    .option('--out <folder>', 'where to keep them', 'out/synthetic-faces')
    .parse()
    .opts<{identities: number; images: number; size: number; seed: number; out: string}>();
  const {out, ...faces} = options;
  const bar = new cliProgress.SingleBar({
    format: 'synthetic faces {bar} {percentage} % · {value} of {total} · {eta_formatted} left',
    barCompleteChar: '━',
    barIncompleteChar: ' ',
    hideCursor: true,
    noTTYOutput: true,
    notTTYSchedule: 5000,
  });
  const started = performance.now();
  bar.start(faces.identities * faces.images, 0);
  const folder = await syntheticFaces(out, faces, drawn => bar.update(drawn));
  bar.stop();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`Synthetic faces are in ${folder} (${seconds} s, ${availableParallelism()} processes).`);
}

try {
  await main();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
