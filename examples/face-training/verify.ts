import {mkdir, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {useBackend} from 'face-margins';
import {roc} from 'face-margins/evaluate';
import {verificationPairs} from 'face-margins/node';
import {rocCurve, scoreHistograms} from 'face-margins/plot';
import {parseHTML} from 'linkedom';
import {progressDisplay} from '../shared/progressBars';
import {normalizationOf} from './modelArguments';
import {imageSizeOf, openModel} from './openModel';
import {cosineOf, reportTable} from './reportTable';
import {verifyModel} from './verifyModel';
import {parseVerifyOptions, type VerifyOptions} from './verifyOptions';

async function main(options: VerifyOptions): Promise<void> {
  const {pairs, flip, batch, thresholds, far, out} = options;
  const backend = await useBackend(options.backend);
  const model = await openModel(options);
  const protocol = await verificationPairs(pairs, {
    images: options.images,
    size: imageSizeOf(model),
    // Each image is decoded once.
    keepDecoded: 0,
  });
  console.log(
    `${options.model} on ${pairs}: ${protocol.pairs.length} pairs of ${protocol.images.length} images in ${protocol.folds} folds, ` +
      `${flip ? 'with mirrored images' : 'no flip'}, ${backend} backend.`,
  );
  const started = performance.now();
  const display = progressDisplay();
  const {report, scores, same} = await verifyModel(model, protocol, {
    normalize: normalizationOf(options),
    flip,
    batchSize: batch,
    thresholds,
    fars: far,
    onProgress: display.addImages('verifying', protocol.images.length),
  }).finally(() => display.stop());
  const seconds = (performance.now() - started) / 1000;
  console.log(`\n${reportTable(report)}\n`);
  for (const {warning} of [report, ...report.tarAtFar]) if (warning) console.log(warning);

  await mkdir(out, {recursive: true});
  const {model: path, backbone, mean, deviation} = options;
  const results = {model: path, backbone, pairs, backend, flip, mean, deviation, seconds, ...report};
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  const drawing = {title: basename(path), document: parseHTML('<html></html>').document};
  const threshold = cosineOf(report.accuracy.threshold);
  const subtitle = `${basename(pairs)} · accuracy ${(100 * report.accuracy.accuracy).toFixed(2)} %`;
  await writeFile(
    join(out, 'roc.svg'),
    await rocCurve({...drawing, subtitle, curves: [{name: basename(pairs), ...roc({scores, same})}]}),
  );
  await writeFile(
    join(out, 'scores.svg'),
    await scoreHistograms({...drawing, subtitle, scores, same, threshold}),
  );
  console.log(`See ${join(out, 'results.json')}, roc.svg and scores.svg beside it.`);
}

try {
  await main(parseVerifyOptions(process.argv));
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
