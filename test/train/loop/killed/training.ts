import {once} from 'node:events';
import {arcFace, cosineDecay, sgd, Trainer, useBackend} from 'face-margins';
import {checkpointFolder, interruptSignal, jsonLinesLog} from 'face-margins/node';
import {tinyNetwork, tinySource} from '../../../support/tinyTraining';

// A training as a user would write it: it goes on from the newest checkpoint of its folder, logs every step, and stops at Ctrl-C.
const [, , folder, pauseAt] = process.argv;
await useBackend('wasm');
const trainer = new Trainer({
  backbone: tinyNetwork({norm: true, drop: true}),
  objective: arcFace({classes: 3, scale: 8, margin: 0.2, seed: 1}),
  optimizer: sgd({momentum: 0.9}),
  learningRate: cosineDecay({peak: 0.05, steps: 120}),
});
const checkpoints = checkpointFolder(folder, {keep: 2});
await trainer.resume(checkpoints);
const log = await jsonLinesLog(`${folder}/log.jsonl`, {after: trainer.position.step});
const {signal, release} = interruptSignal();
for await (const report of trainer.fit(tinySource(20), {
  epochs: 6,
  checkpoints,
  checkpointEvery: 3,
  signal,
})) {
  log.write(report);
  console.log(report.step);
  process.send?.(report.step);
  if (report.step === Number(pauseAt)) await once(process, 'message');
}
log.close();
release();
process.exitCode = signal.aborted ? 130 : 0;
process.disconnect?.();
