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
const status = element('status');
const show = (id: string, text: string) => {
  element(id).textContent = text;
};

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
  if (!on) status.textContent = `Paused. Computing on ${backendInUse}.`;
}

function showProgress({loss, epochs, imagesPerSecond, warmUp, steps, tensors}: Progress): void {
  show('loss', loss.toFixed(3));
  show('epoch', epochs.toFixed(1));
  show('speed', imagesPerSecond.toFixed(0));
  document.body.dataset.steps = String(steps);
  document.body.dataset.tensors = String(tensors);
  if (!playing) return;
  status.textContent =
    warmUp && head.value !== 'softmax'
      ? `The first epoch is softmax’s, which finds every digit a place. Computing on ${backendInUse}.`
      : `Training under ${choices[head.value].title}. Computing on ${backendInUse}.`;
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
  if (data.type === 'backend') {
    backendInUse = data.backend;
    backend.replaceChildren(
      new Option(`automatic`, ''),
      ...data.available.map(name => new Option(name, name)),
    );
    backend.value = wantedBackend ?? '';
    document.body.dataset.backend = data.backend;
    play.disabled = reset.disabled = false;
    status.textContent = playing ? '' : `Ready. Computing on ${data.backend}.`;
  }
  if (data.type === 'error') {
    playing = false;
    play.textContent = 'Play';
    status.classList.add('error');
    status.textContent = data.message;
    return;
  }
  status.classList.remove('error');
};

const parameters = new URL(location.href).searchParams;
const amount = {
  images: Number(parameters.get('images') ?? 10_000),
  batch: Number(parameters.get('batch') ?? 64),
};
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
  status.textContent = 'Starting the backend …';
  tell({type: 'backend', backend: wantedBackend});
});

head.replaceChildren(...Object.entries(choices).map(([name, {title}]) => new Option(title, name)));
head.value = 'arcface';
// The curve is a handful of numbers, drawn on this thread.
await useBackend('cpu');
chooseHead();
tell({type: 'start', wish: wish(), backend: wantedBackend, amount});
