import * as tf from '@tensorflow/tfjs-core';
import {type BackendName, logitCurve, useBackend} from 'face-margins';
import type {MnistPart} from 'face-margins/node';
import {batch} from '../mnist-2d/batches';
import {backendsHere, loadBackend} from './backends';
import {plain} from './choices';
import {firstImages, loadDigits, shuffledDigits} from './digits';
import {makeHead} from './makeHead';
import type {Amount, Beginning, Command, News, Side, Wish} from './messages';
import weightsFile from './recorded/weights.bin?url';
import {readWeights, recordedWish, sides} from './recording';
import {aimingImages, type Material, Training} from './training';

// Training has a thread of its own, so that the page answers at once whatever a step takes.

/** The two networks take turns of so many steps, each with a picture at its end. */
const stepsPerTurn = 10;

const tell = (news: News) => postMessage(news);
const commands: Command[] = [];
let wake = () => {};
self.onmessage = ({data}: MessageEvent<Command>) => {
  commands.push(data);
  wake();
};

const wishes: Record<Side, Wish> = {plain: {head: plain, margin: 0}, margin: recordedWish};
let digits: {train: MnistPart; test: MnistPart};
let recorded: ReturnType<typeof readWeights>;
let amount: Amount;
let beginning: Beginning;
let trainings: Record<Side, Training> | undefined;
let images: tf.Tensor4D[] = [];
let drawn: Uint8Array | undefined;
let playing = false;
let turn = 0;

async function showPicture(side: Side): Promise<void> {
  if (!trainings) return;
  const {epochs, steps} = trainings[side];
  const drawing =
    drawn && batch({images: drawn, labels: new Uint8Array(1), count: 1, height: 28, width: 28}, [0]);
  try {
    const picture = await trainings[side].picture(drawing?.images as tf.Tensor4D | undefined);
    tell({type: 'picture', side, epochs, steps, picture});
  } finally {
    tf.dispose([drawing?.images, drawing?.labels].filter(tensor => tensor !== undefined));
  }
}

async function showPictures(): Promise<void> {
  for (const side of sides) await showPicture(side);
}

async function showCurve(): Promise<void> {
  const wish = wishes.margin;
  const head = makeHead(wish);
  const {angles, target, other} = await logitCurve(head);
  head.dispose();
  tell({type: 'curve', wish, curve: {angles, target, other}});
}

function end(): void {
  for (const side of sides) trainings?.[side].dispose();
  tf.dispose(images);
  [trainings, images] = [undefined, []];
}

async function begin(): Promise<void> {
  end();
  const material: Material = {
    source: shuffledDigits(digits.train, amount),
    aim: firstImages(digits.train, Math.min(aimingImages, amount.images)),
    shown: firstImages(digits.test, digits.test.count),
  };
  images = [material.aim.images, material.shown.images];
  const training = (side: Side) => {
    // Another head goes on from the network without a margin, as the recording did.
    const from = side === 'margin' && wishes.margin.head === recordedWish.head ? 'margin' : 'plain';
    const wish = from === 'margin' ? recordedWish : wishes.plain;
    const start = beginning === 'recorded' ? {weights: recorded[from], wish} : undefined;
    return Training.begin(material, wishes[side], start);
  };
  trainings = {plain: await training('plain'), margin: await training('margin')};
  await showPictures();
}

async function changeBackend(name?: BackendName): Promise<void> {
  end();
  const {available, best} = await backendsHere();
  // An address may name one that is not here.
  const wanted = name && available.includes(name) ? name : best;
  await loadBackend(wanted);
  const backend = await useBackend(wanted);
  await begin();
  await showCurve();
  tell({type: 'backend', backend, available});
}

async function start(command: Extract<Command, {type: 'start'}>): Promise<void> {
  ({amount, beginning} = command);
  wishes.margin = command.wish;
  // Beside this script in a build, and at the root of the page while developing.
  const base = new URL(import.meta.env.DEV ? '/' : '../', import.meta.url).href;
  const [train, test, weights] = await Promise.all([
    loadDigits(base, 'train'),
    loadDigits(base, 't10k'),
    fetch(weightsFile).then(response => response.arrayBuffer()),
  ]);
  digits = {train, test};
  recorded = readWeights(weights);
  tell({type: 'digits', images: test.images, labels: test.labels});
  await changeBackend(command.backend);
}

async function obey(command: Command): Promise<void> {
  if (command.type === 'play' || command.type === 'pause') playing = command.type === 'play';
  if (command.type === 'pause') tell({type: 'paused'});
  if (command.type === 'start') await start(command);
  if (command.type === 'backend') await changeBackend(command.backend);
  if (command.type === 'begin') {
    beginning = command.beginning;
    await begin();
  }
  if (command.type === 'draw') {
    drawn = command.image;
    await showPictures();
  }
  if (command.type === 'choose') {
    wishes.margin = command.wish;
    // A slider moved by keys has gone on meanwhile.
    if (commands.some(({type}) => type === 'choose')) return;
    await showCurve();
    await trainings?.margin.choose(command.wish);
    await showPicture('margin');
  }
}

async function takeTurn(current: Record<Side, Training>): Promise<void> {
  const side = sides[turn++ % sides.length];
  const training = current[side];
  for await (const {loss, imagesPerSecond} of training.train(stepsPerTurn, () => commands.length > 0)) {
    const {steps, epochs, warmUp} = training;
    const {numTensors: tensors} = tf.memory();
    tell({type: 'progress', side, steps, epochs, loss, imagesPerSecond, warmUp, tensors});
  }
  if (!commands.some(({type}) => type === 'begin' || type === 'backend')) await showPicture(side);
}

for (;;) {
  const command = commands.shift();
  try {
    if (command) await obey(command);
    else if (playing && trainings) await takeTurn(trainings);
    else
      await new Promise<void>(resolve => {
        wake = resolve;
      });
  } catch (error) {
    playing = false;
    tell({type: 'error', message: error instanceof Error ? error.message : String(error)});
  }
}
