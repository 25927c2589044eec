import {mkdir, writeFile} from 'node:fs/promises';
import {basename, join} from 'node:path';
import {useBackend} from 'face-margins';
import {type GroupReport, roc} from 'face-margins/evaluate';
import {groupRatesChart, rocCurve, scoreHistograms} from 'face-margins/plot';
import {groupTable} from './groupTable';
import {isMissing, messageOf, needPackages, needPackagesOfModel} from './missingPackages';
import {imageSizeOf, openModel} from './openModel';
import {openPairs} from './openPairs';
import {groupFindings, openGroups} from './peopleGroups';
import {pixelsOf} from './pixelsOf';
import {progressDisplay} from './progressBars';
import {cosineOf, reportTable} from './reportTable';
import {type Verification, verifyModel} from './verifyModel';
import type {VerifyOptions} from './verifyOptions';
import {warningsOf} from './warningsOf';

/** Verifies a model on pairs, prints the figures, and writes them with pictures. */
export async function verify(options: VerifyOptions): Promise<void> {
  const {pairs, flip, batch, thresholds, far, out, json} = options;
  const say = json ? () => undefined : console.log;
  await needPackagesOfModel('Verifying', options.model);
  const backend = await useBackend(options.backend);
  const model = await openModel(options);
  const normalize = pixelsOf(model, options);
  const protocol = await openPairs(options, imageSizeOf(model));
  say(
    `${options.model} on ${nameOf(options)}: ${protocol.pairs.length} pairs of ${protocol.images.length} images in ${protocol.folds} folds, ` +
      `${flip ? 'with mirrored images' : 'no flip'}, ${backend} backend.`,
  );
  const started = performance.now();
  const display = progressDisplay();
  const verification = await verifyModel(model, protocol, {
    normalize,
    flip,
    batchSize: batch,
    thresholds,
    fars: far,
    onProgress: display.addImages('verifying', protocol.images.length),
  }).finally(() => display.stop());
  const seconds = (performance.now() - started) / 1000;
  const {report} = verification;
  say(`\n${reportTable(report)}\n`);
  const {groups} = options;
  const found =
    groups === undefined ? undefined : groupFindings(protocol, verification, await openGroups(groups), 1);
  if (found?.report) say(`${groupTable(found.report)}\n`);
  if (found?.left) say(found.left);
  for (const warning of warningsOf(report, thresholds)) say(warning);

  await mkdir(out, {recursive: true});
  const {model: path, backbone} = options;
  const results = {
    model: path,
    backbone,
    pairs,
    backend,
    flip,
    ...normalize,
    seconds,
    ...report,
    groups: found?.report,
  };
  await writeFile(join(out, 'results.json'), `${JSON.stringify(results, null, 2)}\n`);
  const drawn = await drawPictures(options, verification, found?.report);
  if (json) console.log(JSON.stringify(results));
  say(`See ${join(out, 'results.json')}${drawn ? ', the pictures beside it' : ''}.`);
}

/** The list of pairs, or the folder they are drawn of. */
const nameOf = ({pairs, images = ''}: VerifyOptions): string => pairs ?? images;

/** Draws the ROC and the scores; without the packages for it, says which. */
async function drawPictures(
  options: VerifyOptions,
  {scores, same, report}: Verification,
  groups?: GroupReport,
): Promise<boolean> {
  try {
    await needPackages('Drawing pictures', {
      '@observablehq/plot': () => import('@observablehq/plot'),
      linkedom: () => import('linkedom'),
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
    console.error(messageOf(error));
    return false;
  }
  const {parseHTML} = await import('linkedom');
  const {model, out} = options;
  const set = basename(nameOf(options));
  const drawing = {title: basename(model), document: parseHTML('<html></html>').document};
  const threshold = cosineOf(report.accuracy.threshold);
  const subtitle = `${set} · accuracy ${(100 * report.accuracy.accuracy).toFixed(2)} %`;
  await writeFile(
    join(out, 'roc.svg'),
    await rocCurve({...drawing, subtitle, curves: [{name: set, ...roc({scores, same})}]}),
  );
  await writeFile(
    join(out, 'scores.svg'),
    await scoreHistograms({...drawing, subtitle, scores, same, threshold}),
  );
  if (groups) {
    await writeFile(join(out, 'groups.svg'), await groupRatesChart({...drawing, subtitle, report: groups}));
  }
  return true;
}
