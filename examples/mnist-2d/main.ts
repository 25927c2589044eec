import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {type BackendName, useBackend} from 'face-margins';
import {mnist} from 'face-margins/node';
import {progressDisplay} from '../../cli/progressBars';
import {atMost, runInChild} from './inChild';
import type {Job, Outcome} from './job';
import {type Options, parseOptions} from './options';
import {batchSize, fineTuning, fromScratch, inWords, schedule, warmUp} from './recipe';
import {Report} from './report';
import type {Results} from './results';

async function main(options: Options): Promise<void> {
  const {heads, epochs, examples, network, seed, data: folder, out} = options;
  const backend = await useBackend(options.backend);
  const {train, test} = await mnist({folder});
  if (examples > train.count) {
    throw new Error(`--examples is ${examples}, but there are ${train.count} training images.`);
  }
  console.log(`Training ${heads.join(', ')} with seed ${seed} on the ${backend} backend.`);

  const display = progressDisplay();
  const run = (head: string, details: Pick<Job, 'schedule' | 'start' | 'threads'>, name = head) => {
    const job = {head, network, backend, seed, folder, examples, batchSize, ...details};
    return runInChild(job, display.add(name));
  };
  let warm: Outcome | undefined;
  if (epochs === undefined) {
    warm = await run('softmax', {schedule: schedule(warmUp, examples), threads: cores}, 'warm-up');
  }
  const details = {
    schedule: schedule(epochs === undefined ? fineTuning : fromScratch(epochs), examples),
    start: warm?.weights,
  };
  const report = new Report(
    out,
    heads,
    {
      backend,
      network,
      seed,
      examples,
      recipe: inWords(epochs, examples),
      ...(warm && {warmUp: trainingOf(warm)}),
    },
    test.labels,
  );
  const failures: string[] = [];
  await atMost(
    jobsAtOnce(backend),
    heads.map((head, i) => async () => {
      try {
        const threads = threadsOf(i, heads.length);
        await report.add(head, await run(head, {...details, threads}));
      } catch (error) {
        failures.push((error as Error).message);
      }
    }),
  );
  display.stop();
  for (const [head, {accuracy, meanIntraClassAngle, minInterClassAngle}] of Object.entries(report.results)) {
    console.log(
      `${head.padEnd(12)} ${(100 * accuracy).toFixed(2)} % right, ${meanIntraClassAngle.toFixed(1)}° within classes, ` +
        `${minInterClassAngle.toFixed(1)}° between the nearest two`,
    );
  }
  if (failures.length < heads.length) console.log(`See ${join(out, 'index.html')}`);
  if (failures.length > 0) throw new Error(failures.join('\n'));
}

/** What results.json says about a training. */
function trainingOf({accuracy, loss, imagesPerSecond, seconds}: Outcome): Results['warmUp'] {
  return {accuracy, loss, imagesPerSecond, seconds};
}

const cores = availableParallelism();

/** How many trainings to run at once: one a core where the backend can be held to one. */
function jobsAtOnce(backend: BackendName): number {
  return backend === 'wasm' || backend === 'cpu' ? cores : 1;
}

/** The threads of a training: one, but those of the last round share the cores that would idle. */
function threadsOf(job: number, jobs: number): number {
  const inLastRound = jobs % cores;
  return job < jobs - inLastRound ? 1 : Math.floor(cores / inLastRound);
}

try {
  await main(parseOptions(process.argv));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
