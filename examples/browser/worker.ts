import * as tf from '@tensorflow/tfjs-core';
import {type BackendName, useBackend} from 'face-margins';
import type {MnistPart} from 'face-margins/node';
import {backendsHere} from './backends';
import {loadDigits, shuffledDigits} from './digits';
import type {Amount, Command, News, Wish} from './messages';
import {Training} from './training';

// Training has a thread of its own, so that the page answers at once whatever a step takes.

const stepsPerPicture = 25;

const tell = (news: News) => postMessage(news);
const commands: Command[] = [];
let wake = () => {};
self.onmessage = ({data}: MessageEvent<Command>) => {
  commands.push(data);
  wake();
};

let digits: {train: MnistPart; test: MnistPart};
let wish: Wish;
let amount: Amount;
let training: Training | undefined;
let playing = false;

async function begin(): Promise<void> {
  training?.dispose();
  training = new Training(shuffledDigits(digits.train, amount), digits.test, wish);
  tell(await training.snapshot());
}

async function changeBackend(name?: BackendName): Promise<void> {
  training?.dispose();
  training = undefined;
  const {available, best} = await backendsHere();
  // An address may name one that is not here.
  const backend = await useBackend(name && available.includes(name) ? name : best);
  await begin();
  tell({type: 'backend', backend, available});
}

async function obey(command: Command): Promise<void> {
  if (command.type === 'play' || command.type === 'pause') playing = command.type === 'play';
  if (command.type === 'pause') tell({type: 'paused'});
  if (command.type === 'reset') await begin();
  if (command.type === 'backend') await changeBackend(command.backend);
  if (command.type === 'choose') {
    wish = command.wish;
    // A slider moved by keys has gone on meanwhile.
    if (commands.some(({type}) => type === 'choose')) return;
    await training?.choose(wish);
    if (training) tell(await training.snapshot());
  }
  if (command.type === 'start') {
    ({wish, amount} = command);
    // Beside this script in a build, and at the root of the page while developing.
    const base = new URL(import.meta.env.DEV ? '/' : '../', import.meta.url).href;
    const [train, test] = await Promise.all([loadDigits(base, 'train'), loadDigits(base, 't10k')]);
    digits = {train, test};
    await changeBackend(command.backend);
  }
}

async function trainOn(current: Training): Promise<void> {
  for await (const report of current.train(stepsPerPicture, () => commands.length > 0)) {
    const {loss, imagesPerSecond} = report;
    const {steps, epochs, warmUp} = current;
    tell({type: 'progress', steps, epochs, loss, imagesPerSecond, warmUp, tensors: tf.memory().numTensors});
  }
  tell(await current.snapshot());
}

for (;;) {
  const command = commands.shift();
  try {
    if (command) await obey(command);
    else if (playing && training) await trainOn(training);
    else
      await new Promise<void>(resolve => {
        wake = resolve;
      });
  } catch (error) {
    playing = false;
    tell({type: 'error', message: error instanceof Error ? error.message : String(error)});
  }
}
