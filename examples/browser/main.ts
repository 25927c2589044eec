import '@tensorflow/tfjs-backend-cpu';
import {type BackendName, logitCurve, useBackend} from 'face-margins';
import {choices} from './choices';
import {drawCurve} from './curve';
import type {Command, News, Progress, Snapshot, Wish} from './messages';
import {Scatter} from './scatter';

const element = <T extends Element = HTMLElement>(id: string) => document.getElementById(id) as unknown as T;
const [play, reset] = [element<HTMLButtonElement>('play'), element<HTMLButtonElement>('reset')];
const [head, backend] = [element<HTMLSelectElement>('head'), element<HTMLSelectElement>('backend')];
const margin = element<HTMLInputElement>('margin');
/** Writes a text where it is another: what says so to a screen reader should do it once. */
const show = (id: string, text: string) => {
  if (element(id).textContent !== text) element(id).textContent = text;
};
const say = (text: string) => show('status', text);

const scatter = new Scatter(element<HTMLCanvasElement>('scatter'));
const worker = new Worker(new URL('./worker.ts', import.meta.url), {type: 'module'});
const tell = (command: Command) => worker.postMessage(command);
let playing = false;
let backendInUse = '';

const wish = (): Wish => ({head: head.value, margin: Number(margin.value)});

async function describeHead(): Promise<void> {
  const {formula, make} = choices[head.value];
  show('formula', formula);
  show('margin-value', `${margin.value}${choices[head.value].margin?.unit ?? ''}`);
  drawCurve(element<SVGElement>('curve'), await logitCurve(make(Number(margin.value))));
}

function chooseHead(): void {
  const range = choices[head.value].margin;
  element('margin-field').hidden = range === undefined;
  if (range) {
    const {min, max, step, value} = range;
    Object.assign(margin, {min: String(min), max: String(max), step: String(step), value: String(value)});
  }
  describeHead();
}

function setPlaying(on: boolean): void {
  playing = on;
  play.textContent = on ? 'Pause' : 'Play';
  tell({type: on ? 'play' : 'pause'});
  say(on ? `Starting on ${backendInUse} …` : 'Pausing …');
}

function showProgress({loss, epochs, imagesPerSecond, warmUp, steps, tensors}: Progress): void {
  show('loss', loss.toFixed(3));
  show('epoch', epochs.toFixed(1));
  show('speed', imagesPerSecond.toFixed(0));
  document.body.dataset.steps = String(steps);
  document.body.dataset.tensors = String(tensors);
  if (!playing) return;
  say(
    warmUp && head.value !== 'softmax'
      ? `The first epoch is softmax’s, which finds every digit a place. Computing on ${backendInUse}.`
      : `Training under ${choices[head.value].title}. Computing on ${backendInUse}.`,
  );
}

function showSnapshot(snapshot: Snapshot): void {
  scatter.show(snapshot);
  show('accuracy', `${(100 * snapshot.accuracy).toFixed(1)} %`);
  show('within', `${snapshot.withinClasses.toFixed(1)}°`);
  show('between', `${snapshot.betweenClasses.toFixed(1)}°`);
  show('epoch', snapshot.epochs.toFixed(1));
  if (snapshot.epochs === 0) {
    show('loss', '–');
    document.body.dataset.steps = '0';
  }
}

worker.onmessage = ({data}: MessageEvent<News>) => {
  if (data.type === 'progress') showProgress(data);
  if (data.type === 'snapshot') showSnapshot(data);
  if (data.type === 'paused' && !playing) say(`Paused. Computing on ${backendInUse}.`);
  if (data.type === 'backend') {
    backendInUse = data.backend;
    backend.replaceChildren(
      new Option(`automatic`, ''),
      ...data.available.map(name => new Option(name, name)),
    );
    backend.value = wantedBackend && data.available.includes(wantedBackend) ? wantedBackend : '';
    document.body.dataset.backend = data.backend;
    play.disabled = reset.disabled = false;
    say(playing ? `Starting on ${backendInUse} …` : `Ready. Computing on ${backendInUse}.`);
  }
  if (data.type === 'error') {
    playing = false;
    play.textContent = 'Play';
    say(data.message);
  }
  element('status').classList.toggle('error', data.type === 'error');
};

const parameters = new URL(location.href).searchParams;
/** A count from the address, from 1 to a largest; what is no count is passed over. */
function counted(name: string, usual: number, largest: number): number {
  const value = Math.floor(Number(parameters.get(name)));
  return value >= 1 ? Math.min(value, largest) : usual;
}
const images = counted('images', 10_000, 10_000);
const amount = {images, batch: counted('batch', Math.min(64, images), images)};
let wantedBackend = (parameters.get('backend') ?? undefined) as BackendName | undefined;
play.addEventListener('click', () => setPlaying(!playing));
reset.addEventListener('click', () => tell({type: 'reset'}));
head.addEventListener('change', () => {
  chooseHead();
  tell({type: 'choose', wish: wish()});
});
margin.addEventListener('input', describeHead);
margin.addEventListener('change', () => tell({type: 'choose', wish: wish()}));
backend.addEventListener('change', () => {
  wantedBackend = (backend.value || undefined) as BackendName | undefined;
  say('Starting the backend …');
  tell({type: 'backend', backend: wantedBackend});
});

head.replaceChildren(...Object.entries(choices).map(([name, {title}]) => new Option(title, name)));
head.value = 'arcface';
// The curve is a handful of numbers, drawn on this thread.
await useBackend('cpu');
chooseHead();
tell({type: 'start', wish: wish(), backend: wantedBackend, amount});
