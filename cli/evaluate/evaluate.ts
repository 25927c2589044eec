import {mkdir, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {useBackend} from 'face-margins';
import {anyBackend, needPackages} from '../missingPackages';
import {openModel} from '../openModel';
import {progressDisplay} from '../progressBars';
import type {EvaluateOptions, ProtocolName} from './evaluateOptions';
import type {Evaluation} from './evaluation';

/** Evaluates a model by a protocol, prints the figures, and writes a page of them. */
export async function evaluate(options: EvaluateOptions): Promise<void> {
  const {protocol, out, json} = options;
  await needPackages('Evaluating', {
    ...anyBackend,
    sharp: () => import('sharp'),
    '@observablehq/plot': () => import('@observablehq/plot'),
    linkedom: () => import('linkedom'),
  });
  const backend = await useBackend(options.backend);
  const model = await openModel(options);
  const display = progressDisplay();
  const evaluateBy = await evaluationOf(protocol);
  const evaluation = await evaluateBy(model, options, display.addImages).finally(() => display.stop());
  await mkdir(out, {recursive: true});
  const results = {model: options.model, protocol, backend, flip: options.flip, ...evaluation.results};
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  const {evaluationPage} = await import('./evaluationPage');
  const page = await evaluationPage(`${basename(options.model)} on ${protocol}`, evaluation);
  await writeFile(join(out, 'index.html'), page);
  if (json) return console.log(JSON.stringify(results));
  console.log(`\n${basename(options.model)}, ${evaluation.summary}, ${backend} backend.`);
  print(evaluation);
  console.log(`\nSee ${join(out, 'index.html')} and results.json beside it.`);
}

/** What evaluates by a protocol, loaded when the packages it needs are known to be there. */
async function evaluationOf(protocol: ProtocolName) {
  const {evaluateFaces} = await import('./evaluateFaces');
  const {evaluatePairs} = await import('./evaluatePairs');
  const {evaluateTemplates} = await import('./evaluateTemplates');
  return {
    pairs: evaluatePairs,
    rfw: evaluatePairs,
    all: evaluateFaces,
    retrieval: evaluateFaces,
    megaface: evaluateFaces,
    ijbb: evaluateTemplates,
    ijbc: evaluateTemplates,
  }[protocol];
}

function print({tables}: Evaluation): void {
  for (const {title, rows} of tables) {
    console.log(`\n${title}`);
    for (const {name, figure, interval, warning} of rows) {
      console.log(`  ${name.padEnd(28)} ${figure.padStart(9)}  ${interval ?? ''}`);
      if (warning !== undefined) console.log(`  ${warning}`);
    }
  }
}
