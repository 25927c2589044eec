import {mkdtemp, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {Command} from 'commander';
import {seededRandom} from '../../../src/base/random';
import {differences} from './differences';
import {finish, killAfter, logOf} from './runs';

/*
 * Kills runs of `npm run faces` by SIGKILL at random moments, resumes each, and compares what is left with a run that was never
 * killed. It takes minutes, so it is no part of `npm test`, where test/train/loop/killed.test.ts does the same to a bare trainer.
 */
const {kills, seed} = new Command('npm run test:killed --')
  .description(
    'Kills a run of the face-training example at random moments, resumes it, and compares the losses.',
  )
  .option('--kills <number>', 'how often', Number, 10)
  .option('--seed <number>', 'seed of the moments', Number, Date.now() % 1e6)
  .parse()
  .opts<{kills: number; seed: number}>();

const training =
  '--identities 20 --images-each 6 --size 32 --batch 16 --epochs 10 --validate-every 2 --checkpoint-every 4 --backend wasm'.split(
    ' ',
  );
const folder = await mkdtemp(join(tmpdir(), 'faces-killed-'));
const [whole, killed] = [join(folder, 'whole'), join(folder, 'killed')];
console.log(`${kills} kills at moments of seed ${seed}; faces ${training.join(' ')}`);
try {
  await finish([...training, '--out', whole]);
  const steps = (await logOf(whole)).length;
  console.log(`Never killed: ${steps} steps.`);

  const random = seededRandom(seed);
  // Ascending, so that each run is alive when its moment comes; in the middle of a step, a checkpoint or a verification.
  const moments = Array.from({length: kills}, () => ({
    step: 1 + Math.floor(random() * steps),
    delay: 400 * random() ** 2,
  }));
  moments.sort((a, b) => a.step - b.step);
  for (const [i, {step, delay}] of moments.entries()) {
    const options = i === 0 ? training : ['--resume'];
    await killAfter([...options, '--out', killed], killed, step, delay);
    const logged = (await logOf(killed)).length;
    console.log(
      `Kill ${i + 1}: ${delay.toFixed(0)} ms after step ${step}; ${logged} steps were logged by then.`,
    );
  }
  await finish(['--resume', '--out', killed]);
  const found = await differences(whole, killed);
  for (const difference of found) console.error(difference);
  const last = (await logOf(killed)).at(-1);
  console.log(
    found.length === 0
      ? `Equal to the bit: the loss of each of ${steps} steps (the last ${last?.loss}), every figure of the log, and the model.`
      : `${found.length} differences.`,
  );
  process.exitCode = found.length === 0 ? 0 : 1;
} finally {
  await rm(folder, {recursive: true});
}
