import type {Importer} from '../finding/importer';
import {timeLeft} from '../people/timeLeft';
import {byId} from './byId';
import {counted} from './counted';
import {element} from './element';

/** Shows how far the photographs have come, and which of them gave no face. */
export function showImport(importer: Importer, faces: number): void {
  const {done, of, running, seconds, problems} = importer;
  const box = byId('progress');
  box.hidden = !running;
  const bar = box.querySelector('progress');
  if (bar) bar.value = of === 0 ? 0 : done / of;
  const parts = [
    `${done.toLocaleString('en')} of ${counted(of, 'photograph')}`,
    counted(faces, 'face'),
    timeLeft({done, of, seconds}),
  ];
  byId('progress-text').textContent = parts.filter(Boolean).join(' · ');
  const button = byId('problems');
  button.hidden = problems.length === 0;
  if (button.dataset.shown === String(problems.length)) return;
  button.dataset.shown = String(problems.length);
  button.textContent = `${counted(problems.length, 'picture')} without a face, or with one that was left out`;
  const list = byId('problems-list');
  // The list only grows.
  for (const {name, message} of problems.slice(list.childElementCount))
    list.append(element('li', {}, name, element('span', {}, message)));
}
