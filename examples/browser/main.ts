import type {BackendName} from 'face-margins';
import {addressOf, readAddress} from './address';
import {choices, plain} from './choices';
import {codeFor} from './codeFor';
import {drawCurve} from './curve';
import {element, show} from './element';
import {Findings} from './findings';
import type {Beginning, Command, Curve, News, Progress, Side, Wish} from './messages';
import {Pad} from './pad';
import {Plane} from './plane';
import {pointing} from './pointing';
import framesFile from './recorded/frames.bin?url';
import {readFrames, recordedWish, sides} from './recording';
import {replay} from './replay';
import {copied, shareAddress} from './share';

const [play, head] = [element<HTMLButtonElement>('play'), element<HTMLSelectElement>('head')];
const [margin, backend] = [element<HTMLInputElement>('margin'), element<HTMLSelectElement>('backend')];
const buttons = ['again', 'scratch'].map(id => element<HTMLButtonElement>(id));
const say = (text: string) => show('status', text);

/** After so long the page stops by itself, in milliseconds: it may have been forgotten in a tab. */
const longest = 5 * 60_000;
/** The longest that images take to their next places, in milliseconds. */
const slowest = 1500;

const parameters = new URL(location.href).searchParams;
/** A count from the address, from 1 to a largest; what is no count is passed over. */
function counted(name: string, usual: number, most: number): number {
  const value = Math.floor(Number(parameters.get(name)));
  return value >= 1 ? Math.min(value, most) : usual;
}
const images = counted('images', 8000, 8000);
const amount = {images, batch: counted('batch', Math.min(64, images), images)};
let beginning: Beginning = parameters.get('start') === 'random' ? 'random' : 'recorded';
let wantedBackend = (parameters.get('backend') ?? undefined) as BackendName | undefined;

const worker = new Worker(new URL('./worker.ts', import.meta.url), {type: 'module'});
const tell = (command: Command) => worker.postMessage(command);
let wish: Wish = readAddress(location.hash);

const frames = readFrames(await (await fetch(framesFile)).arrayBuffer());
const {labels} = frames;
const planes: Record<Side, Plane> = {
  plain: new Plane(element<HTMLCanvasElement>('plain'), labels),
  margin: new Plane(element<HTMLCanvasElement>('margin-plane'), labels),
};
const findings = new Findings(labels, planes, () => wish.head);
const shownAt: Record<Side, number> = {plain: 0, margin: 0};
let playing = false;
let ready = false;
let replaying = true;
/** Whether the page has come to where one can train. */
let arrived = false;
/** Whether training goes on when the page is looked at again. */
let resting = false;
let backendInUse = '';
let stop = 0;

const recordedSteps = () => (beginning === 'recorded' ? frames.steps[frames.steps.length - 1] : 0);
const sameWish = (one: Wish, other: Wish) => one.head === other.head && one.margin === other.margin;

/** Shows what is known of the head and its margin. */
function showWish(): void {
  const {title, formula, margin: range} = choices[wish.head];
  head.value = wish.head;
  element('margin-field').hidden = range === undefined;
  if (range) {
    const {min, max, step} = range;
    Object.assign(margin, {
      min: String(min),
      max: String(max),
      step: String(step),
      value: String(wish.margin),
    });
  }
  const amountOf = range ? `m = ${wish.margin}${range.unit}` : 'no margin';
  show('margin-value', range ? `${wish.margin}${range.unit}` : '');
  show('margin-title', title);
  show('margin-amount', amountOf);
  element('stripes').hidden = range === undefined;
  show('formula', formula);
  element<HTMLTextAreaElement>('code').value = codeFor(wish);
}

function showCurve(curve: Curve): void {
  drawCurve(element<SVGElement>('curve'), curve);
  planes.margin.shade(curve);
}

function choose(next: Wish, from: 'page' | 'address'): void {
  if (sameWish(next, wish)) return;
  wish = next;
  showWish();
  // In place of the last address: whoever moves a slider does not want to go back through all of its values.
  if (from === 'page') history.replaceState(null, '', addressOf(wish));
  tell({type: 'choose', wish});
}

function setPlaying(on: boolean): void {
  playing = on;
  play.textContent = on ? 'Pause' : 'Play';
  tell({type: on ? 'play' : 'pause'});
  say(on ? `Training on ${backendInUse}, in this page.` : 'Pausing …');
  clearTimeout(stop);
  if (on) stop = window.setTimeout(() => setPlaying(false), longest);
}

/** Goes on live where the recording ends, once both have come there. */
function goOn(): void {
  if (!ready || replaying) return;
  play.disabled = false;
  for (const button of buttons) button.disabled = false;
  const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
  const byItself = !arrived && beginning === 'recorded' && !calm && !document.hidden;
  arrived = true;
  if (playing || byItself) setPlaying(true);
  else say(`Ready to train on ${backendInUse}.`);
}

function showProgress({side, loss, epochs, imagesPerSecond, warmUp, steps, tensors}: Progress): void {
  if (side !== 'margin') return;
  show('loss', loss.toFixed(3));
  show('epoch', epochs.toFixed(1));
  show('speed', imagesPerSecond.toFixed(0));
  show('step', String(recordedSteps() + steps));
  Object.assign(document.body.dataset, {steps: String(steps), tensors: String(tensors)});
  if (playing && warmUp) say('The first epoch is softmax’s in both, which finds every digit a place.');
  else if (playing) say(`Training on ${backendInUse}, in this page.`);
}

function showPicture({side, picture, steps, epochs}: Extract<News, {type: 'picture'}>): void {
  if (replaying) return;
  const now = performance.now();
  planes[side].show(picture, shownAt[side] && playing ? Math.min(slowest, now - shownAt[side]) : 300);
  shownAt[side] = now;
  findings.update(side, picture);
  if (side === 'margin') {
    show('step', String(recordedSteps() + steps));
    show('epoch', epochs.toFixed(1));
  }
  if (steps === 0) document.body.dataset.steps = '0';
}

worker.onmessage = ({data}: MessageEvent<News>) => {
  if (data.type === 'progress') showProgress(data);
  if (data.type === 'picture') showPicture(data);
  if (data.type === 'curve' && sameWish(data.wish, wish)) showCurve(data.curve);
  if (data.type === 'digits') findings.pixels = data.images;
  if (data.type === 'paused' && !playing) say(`Paused at step ${element('step').textContent}.`);
  if (data.type === 'backend') {
    backendInUse = data.backend;
    backend.replaceChildren(
      new Option('automatic', ''),
      ...data.available.map(name => new Option(name, name)),
    );
    backend.value = wantedBackend && data.available.includes(wantedBackend) ? wantedBackend : '';
    document.body.dataset.backend = data.backend;
    ready = true;
    goOn();
  }
  if (data.type === 'error') {
    playing = false;
    play.textContent = 'Play';
    say(data.message);
  }
  element('status').classList.toggle('error', data.type === 'error');
};

// Not before here: what the worker says while nobody listens is lost.
tell({type: 'start', wish, backend: wantedBackend, amount, beginning});

function begin(how: Beginning): void {
  beginning = how;
  show('loss', '–');
  tell({type: 'begin', beginning});
  if (!playing) setPlaying(true);
}

play.addEventListener('click', () => setPlaying(!playing));
element('again').addEventListener('click', () => begin('recorded'));
element('scratch').addEventListener('click', () => begin('random'));
head.addEventListener('change', () => {
  choose({head: head.value, margin: choices[head.value].margin?.value ?? 0}, 'page');
});
margin.addEventListener('input', () => choose({head: wish.head, margin: Number(margin.value)}, 'page'));
backend.addEventListener('change', () => {
  wantedBackend = (backend.value || undefined) as BackendName | undefined;
  say('Starting the backend …');
  tell({type: 'backend', backend: wantedBackend});
});
element('copy').addEventListener('click', async () => {
  element<HTMLDetailsElement>('program').open = true;
  const done = await copied(codeFor(wish));
  show('done', done ? 'Program copied.' : 'Select the program below to copy it.');
});
element('share').addEventListener('click', async () => show('done', await shareAddress(document.title)));
addEventListener('hashchange', () => choose(readAddress(location.hash), 'address'));
document.addEventListener('visibilitychange', () => {
  if (document.hidden ? playing : resting) {
    resting = document.hidden;
    setPlaying(!resting);
  }
});

const pad = new Pad(element<HTMLCanvasElement>('pad'), image => tell({type: 'draw', image}));
element('clear').addEventListener('click', () => pad.clear());
head.replaceChildren(
  ...Object.entries(choices)
    .filter(([name]) => name !== plain)
    .map(([name, {title}]) => new Option(title, name)),
);
showWish();
for (const side of sides) pointing(planes[side], labels, findings);

// Another head goes on from the network without a margin.
const begins = sameWish(wish, recordedWish)
  ? frames
  : {...frames, pictures: {...frames.pictures, margin: frames.pictures.plain}};
if (sameWish(wish, recordedWish)) showCurve(frames.curve);
if (beginning === 'recorded') {
  say(`Replaying ${recordedSteps()} recorded steps.`);
  await replay(begins, planes, frame => {
    for (const side of sides) findings.update(side, begins.pictures[side][frame]);
    show('step', String(frames.steps[frame]));
  });
}
replaying = false;
if (!ready) say('Starting to train in this page …');
goOn();
