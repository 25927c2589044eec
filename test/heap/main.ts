import {Command} from 'commander';
import {useBackend} from 'face-margins';
import {fullHeapRounds} from './fullHeapRounds';
import {steps} from './heapTraining';

/*
 * Fills the heap of trainings at random moments, and compares the newest checkpoint of each with a training that never ran into it. It
 * takes minutes, so `npm test` does it a few times only, in test/heap/fullHeap.test.ts.
 */
const {rounds, seed} = new Command('npm run test:heap --')
  .description(
    'Fills the WebAssembly heap at random moments of a training, and looks at its newest checkpoint.',
  )
  .option('--rounds <number>', 'how often', Number, 50)
  .option('--seed <number>', 'seed of the moments', Number, Date.now() % 1e6)
  .parse()
  .opts<{rounds: number; seed: number}>();

await useBackend('wasm');
console.log(`${rounds} trainings of ${steps} steps; moments of seed ${seed}.`);
const count = {rounds: 0, told: 0, finished: 0, wrong: 0};
for await (const {moment, left, taken, error, saved, loss, expected, isEqual} of fullHeapRounds(
  rounds,
  seed,
)) {
  const isRight = isEqual && loss === expected;
  count.rounds++;
  if (error?.includes('has no room for')) count.told++;
  if (error === undefined) count.finished++;
  if (!isRight) count.wrong++;
  console.log(
    `${count.rounds}: full at allocation ${moment} but for ${left} bytes; ${taken} steps reported, the newest checkpoint is of step ${saved}, ` +
      `its loss ${loss ?? '-'}${isRight ? ', as it should be' : `, but should be ${expected}`}. ${error ?? 'It ended.'}`,
  );
}
console.log(
  `${count.rounds} trainings: ${count.told} say that the heap has no room, ${count.finished} found room to the end, ` +
    `${count.wrong} newest checkpoints are not those of a training that never ran into it.`,
);
process.exitCode = count.wrong === 0 && count.told + count.finished === count.rounds ? 0 : 1;
