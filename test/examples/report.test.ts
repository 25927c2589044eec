import {mkdtemp, readdir, readFile, rm} from 'node:fs/promises';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {useBackend} from 'face-margins';
import {expect, it} from 'vitest';
import type {Outcome} from '../../examples/mnist-2d/job';
import {Report} from '../../examples/mnist-2d/report';
import {sideBySide} from '../../examples/mnist-2d/sideBySide';

const outcome = (head: string): Outcome => ({
  weights: {
    head,
    network: [],
    classWeights: Float32Array.from({length: 20}, (_, i) => Math.cos(i)),
  },
  embeddings: Float32Array.from({length: 40}, (_, i) => Math.sin(i)),
  accuracy: 0.5,
  loss: [2, 1],
  imagesPerSecond: 100,
  seconds: 1,
});

it('shows the heads that are done while others train, in the order they were asked for', async () => {
  // The logits of a head, whose margin the picture shades, are tensors.
  await useBackend('cpu');
  const out = await mkdtemp(join(tmpdir(), 'mnist-2d-report-'));
  try {
    const run = {backend: 'wasm', network: 'compact', seed: 1, examples: 20, recipe: 'A recipe.'};
    const labels = Uint8Array.from({length: 20}, (_, i) => i % 10);
    const report = new Report(join(out, 'run'), ['softmax', 'arcface', 'cosface'], run, labels);
    const written = async () =>
      Object.keys(JSON.parse(await readFile(join(out, 'run', 'results.json'), 'utf8')).heads);

    await report.add('cosface', outcome('cosface'));
    expect(await written()).toEqual(['cosface']);
    expect(await readdir(join(out, 'run'))).toEqual(
      expect.arrayContaining(['cosface.svg', 'cosface.png', 'heads.png', 'index.html']),
    );
    await Promise.all([report.add('arcface', outcome('arcface')), report.add('softmax', outcome('softmax'))]);
    expect(await written()).toEqual(['softmax', 'arcface', 'cosface']);
  } finally {
    await rm(out, {recursive: true});
  }
});

it('puts a few pictures into rows of three, and many into rows of six', () => {
  const placesOf = (count: number) => {
    const svg = sideBySide(new Array(count).fill('<svg width="10" height="20"></svg>'));
    const [, width, height] = /^<svg[^>]* width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const places = [...svg.matchAll(/<svg x="(\d+)" y="(\d+)"/g)].map(([, x, y]) => [Number(x), Number(y)]);
    return {size: [Number(width), Number(height)], last: places[count - 1]};
  };
  expect(placesOf(2)).toEqual({size: [20, 20], last: [10, 0]});
  expect(placesOf(4)).toEqual({size: [30, 40], last: [0, 20]});
  expect(placesOf(14)).toEqual({size: [60, 60], last: [10, 40]});
});
