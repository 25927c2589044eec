import {basename} from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import type {VerificationProtocol} from 'face-margins/data';
import {raceReport, roc, type ScoredPairs, verificationIntervals} from 'face-margins/evaluate';
import {verificationPairs} from 'face-margins/node';
import {hardestErrors} from '../hardestErrors';
import {imageSizeOf} from '../openModel';
import {peopleOfPairs} from '../peopleOfPairs';
import {pixelsOf} from '../pixelsOf';
import {cosineOf} from '../reportTable';
import {verifyModel} from '../verifyModel';
import type {EvaluateOptions} from './evaluateOptions';
import {type Evaluation, intervalRow, percent, type Row, tarRow} from './evaluation';

/** Hardest errors to show of each kind and file. */
const SHOWN = 12;

/** Verification of one or several lists of pairs: LFW, CFP-FP, AgeDB-30, CALFW, CPLFW; or of RFW's races, with the gaps between them. */
export async function evaluatePairs(
  model: LayersModel,
  options: EvaluateOptions,
  progress: (name: string, total: number) => (done: number) => void,
): Promise<Evaluation> {
  const {pairs: files = [], flip, batch, far, replicates} = options;
  const evaluation: Evaluation = {
    summary: `${files.length} ${files.length === 1 ? 'list' : 'lists'} of pairs`,
    tables: [],
    curves: [],
    hardest: {genuine: [], impostors: []},
    results: {},
  };
  const all: Record<string, ScoredPairs> = {};
  for (const file of files) {
    const name = basename(file).replace(/\.(bin|txt|csv)$/, '');
    const protocol = await verificationPairs(file, {
      images: options.images,
      size: imageSizeOf(model),
      keepDecoded: 0,
    });
    const {report, scores, same} = await verifyModel(model, protocol, {
      normalize: pixelsOf(model, options),
      flip,
      batchSize: batch,
      fars: far,
      onProgress: progress(name, protocol.images.length),
    });
    all[name] = {scores, same};
    const folds = protocol.pairs.map(({fold}) => fold);
    const people = peopleIn(protocol);
    const intervals = verificationIntervals({scores, same, people}, {fars: far, folds, replicates});
    const rows: Row[] = [
      ...(intervals.accuracy ? [intervalRow('accuracy, ten folds', intervals.accuracy)] : []),
      ...(intervals.equalErrorRate ? [intervalRow('equal error rate', intervals.equalErrorRate)] : []),
      ...intervals.tarAtFar.map(rate => intervalRow(`TAR at FAR ${rate.far}`, rate)),
      {name: 'area under the curve', figure: report.auc.toFixed(5)},
    ];
    evaluation.tables.push({
      title: `${name}: ${report.genuine} genuine and ${report.impostors} impostor pairs`,
      rows,
    });
    evaluation.curves.push({name, ...roc({scores, same})});
    const threshold = cosineOf(report.accuracy.threshold);
    const {rejected, accepted} = hardestErrors(protocol, {scores}, threshold, SHOWN);
    const {images} = protocol;
    evaluation.hardest.genuine.push(...rejected.map(pair => ({images, ...pair})));
    evaluation.hardest.impostors.push(...accepted.map(pair => ({images, ...pair})));
    Object.assign(evaluation.results, {[name]: {report, intervals}});
  }
  if (options.protocol === 'rfw') addRaces(evaluation, all);
  return evaluation;
}

/** Who is in the pairs, as far as they tell: a person without a genuine pair is as many as images. */
function peopleIn(protocol: VerificationProtocol): {a: Int32Array; b: Int32Array} {
  const person = new Int32Array(protocol.images.length);
  peopleOfPairs(protocol).forEach((images, number) => {
    for (const image of images) person[image] = number;
  });
  return {
    a: Int32Array.from(protocol.pairs, ({a}) => person[a]),
    b: Int32Array.from(protocol.pairs, ({b}) => person[b]),
  };
}

function addRaces(evaluation: Evaluation, races: Record<string, ScoredPairs>): void {
  const report = raceReport(races);
  evaluation.tables.unshift({
    title: 'Between races',
    rows: [
      ...Object.entries(report.races).map(([name, {accuracy}]) => ({
        name: `accuracy, ${name}`,
        figure: percent(accuracy.accuracy),
      })),
      {name: 'mean', figure: percent(report.mean)},
      {name: 'standard deviation', figure: percent(report.deviation)},
      {name: 'highest less lowest', figure: percent(report.gap)},
      {name: 'highest error over lowest', figure: report.errorRatio.toFixed(2)},
      ...Object.entries(report.races).flatMap(([name, {tarAtFar}]) =>
        tarAtFar.map(rate => tarRow(rate, `, ${name}`)),
      ),
    ],
  });
  Object.assign(evaluation.results, {races: report});
}
