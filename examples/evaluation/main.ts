import {mkdir, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {useBackend} from 'face-margins';
import {openModel} from '../../cli/openModel';
import {progressDisplay} from '../../cli/progressBars';
import {evaluateFaces} from './evaluateFaces';
import {type EvaluateOptions, parseEvaluateOptions} from './evaluateOptions';
import {evaluatePairs} from './evaluatePairs';
import {evaluateTemplates} from './evaluateTemplates';
import {evaluationPage} from './evaluationPage';

async function main(options: EvaluateOptions): Promise<void> {
  const {protocol, out} = options;
  const backend = await useBackend(options.backend);
  const model = await openModel(options);
  const display = progressDisplay();
  const evaluate = {
    pairs: evaluatePairs,
    rfw: evaluatePairs,
    all: evaluateFaces,
    retrieval: evaluateFaces,
    megaface: evaluateFaces,
    ijbb: evaluateTemplates,
    ijbc: evaluateTemplates,
  }[protocol];
  const evaluation = await evaluate(model, options, display.addImages).finally(() => display.stop());
  console.log(`\n${basename(options.model)}, ${evaluation.summary}, ${backend} backend.`);
  for (const {title, rows} of evaluation.tables) {
    console.log(`\n${title}`);
    for (const {name, figure, interval, warning} of rows) {
      console.log(`  ${name.padEnd(28)} ${figure.padStart(9)}  ${interval ?? ''}`);
      if (warning !== undefined) console.log(`  ${warning}`);
    }
  }
  await mkdir(out, {recursive: true});
  const results = {model: options.model, protocol, backend, flip: options.flip, ...evaluation.results};
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  const page = await evaluationPage(`${basename(options.model)} on ${protocol}`, evaluation);
  await writeFile(join(out, 'index.html'), page);
  console.log(`\nSee ${join(out, 'index.html')} and results.json beside it.`);
}

try {
  await main(parseEvaluateOptions(process.argv));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
