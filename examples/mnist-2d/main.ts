import {mkdir, writeFile} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {type BackendName, useBackend} from 'face-margins';
import {mnist} from 'face-margins/node';
import {draw} from './draw';
import {atMost, runInChild} from './inChild';
import type {Job, Outcome} from './job';
import {type Options, parseOptions} from './options';
import {page} from './page';
import {progressDisplay} from './progressBars';
import {batchSize, fineTuning, fromScratch, inWords, schedule, warmUp} from './recipe';
import {headResult, type Results} from './results';
import {sideBySide} from './sideBySide';
import {svgToPng} from './svgToPng';

const started = performance.now();

async function main(options: Options): Promise<void> {
  const {heads, epochs, examples, network, seed, data: folder, out} = options;
  const backend = await useBackend(options.backend);
  const {train, test} = await mnist({folder});
  if (examples > train.count) {
    throw new Error(`--examples is ${examples}, but there are ${train.count} training images.`);
  }
  console.log(`Training ${heads.join(', ')} with seed ${seed} on the ${backend} backend.`);

  const display = progressDisplay();
  const run = (head: string, details: Pick<Job, 'schedule' | 'start'>, name = head) => {
    const job = {head, network, backend, seed, folder, examples, batchSize, ...details};
    return runInChild(job, display.add(name));
  };
  let warm: Outcome | undefined;
  if (epochs === undefined) {
    warm = await run('softmax', {schedule: schedule(warmUp, examples)}, 'warm-up');
  }
  const details = {
    schedule: schedule(epochs === undefined ? fineTuning : fromScratch(epochs), examples),
    start: warm?.weights,
  };
  const outcomes = await atMost(
    jobsAtOnce(backend),
    heads.map(head => () => run(head, details)),
  );
  display.stop();

  await mkdir(out, {recursive: true});
  const pictures: Record<string, string> = {};
  const results: Results = {
    backend,
    seconds: 0,
    heads: {},
    network,
    seed,
    examples,
    recipe: inWords(epochs, examples),
  };
  for (const [i, head] of heads.entries()) {
    results.heads[head] = headResult(outcomes[i], test.labels);
    const {svg, png} = await draw(head, outcomes[i], test.labels);
    await writeFile(join(out, `${head}.svg`), svg);
    await writeFile(join(out, `${head}.png`), png);
    pictures[head] = svg;
  }
  if (warm) {
    const {accuracy, loss, imagesPerSecond, seconds} = warm;
    results.warmUp = {accuracy, loss, imagesPerSecond, seconds};
  }
  results.seconds = (performance.now() - started) / 1000;
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  await writeFile(join(out, 'index.html'), page(results, pictures));
  await writeFile(join(out, 'heads.png'), svgToPng(sideBySide(Object.values(pictures))));
  for (const [head, {accuracy, meanIntraClassAngle, minInterClassAngle}] of Object.entries(results.heads)) {
    console.log(
      `${head.padEnd(12)} ${(100 * accuracy).toFixed(2)} % right, ${meanIntraClassAngle.toFixed(1)}° within classes, ` +
        `${minInterClassAngle.toFixed(1)}° between the nearest two`,
    );
  }
  console.log(`See ${join(out, 'index.html')}`);
}

/** How many trainings to run at once: one a core where the backend computes on one core only. */
function jobsAtOnce(backend: BackendName): number {
  return backend === 'wasm' || backend === 'cpu' ? availableParallelism() : 1;
}

try {
  await main(parseOptions(process.argv));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
