import type {LayersModel} from '@tensorflow/tfjs-layers';
import {type FaceImages, imageTensors} from 'face-margins/data';
import {
  allPairsScores,
  cmc,
  embedImages,
  type ImageEmbeddings,
  megaFaceSearch,
  type PairsOfRows,
  retrievalFigures,
  roc,
  verificationIntervals,
} from 'face-margins/evaluate';
import {imageFolder} from 'face-margins/node';
import {imageSizeOf} from '../openModel';
import {pixelsOf} from '../pixelsOf';
import type {EvaluateOptions} from './evaluateOptions';
import {type Evaluation, type HardPair, intervalRow, percent} from './evaluation';

type Progress = (name: string, total: number) => (done: number) => void;

/** Hardest pairs to show of each kind. */
const SHOWN = 24;

/** Figures of a folder of people: all pairs, retrieval, or MegaFace's identification among distractors. */
export async function evaluateFaces(
  model: LayersModel,
  options: EvaluateOptions,
  progress: Progress,
): Promise<Evaluation> {
  const {protocol, images = ''} = options;
  const faces = await imageFolder(images, {size: imageSizeOf(model)});
  const embeddings = await embed(model, faces, options, progress('images', faces.labels.length));
  const summary = `${faces.labels.length} images of ${faces.classes.length} people`;
  const none = {curves: [], hardest: {genuine: [], impostors: []}};
  if (protocol === 'retrieval') {
    const figures = await retrievalFigures(embeddings, faces.labels);
    const rows = [
      {name: 'precision at 1 (rank-1)', figure: percent(figures.precisionAt1)},
      {name: 'R-precision', figure: percent(figures.rPrecision)},
      {name: 'MAP@R', figure: percent(figures.mapAtR)},
    ];
    return {
      summary,
      tables: [{title: `${figures.queries} images with a mate`, rows}],
      ...none,
      results: figures,
    };
  }
  if (protocol === 'megaface') {
    const strangers = await imageFolder(options.distractors ?? '', {size: imageSizeOf(model)});
    const distractors = await embed(
      model,
      strangers,
      options,
      progress('distractors', strangers.labels.length),
    );
    const search = await megaFaceSearch({faces: embeddings, ids: faces.labels, distractors});
    const curve = cmc(search, 20);
    const rows = [1, 5, 10, 20].map(rank => ({name: `rank-${rank}`, figure: percent(curve[rank - 1])}));
    const title = `${search.ranks.length} searches among ${strangers.labels.length} distractors`;
    return {summary, tables: [{title, rows}], ...none, results: {cmc: Array.from(curve)}};
  }
  const all = await allPairsScores(embeddings, faces.labels);
  const intervals = verificationIntervals(all, {fars: options.far, replicates: options.replicates});
  const shown = (pairs: PairsOfRows): HardPair[] =>
    Array.from(pairs.scores.subarray(0, SHOWN), (score, i) => ({
      images: faces.images,
      a: pairs.a[i],
      b: pairs.b[i],
      score,
    }));
  return {
    summary: `${summary}: ${all.genuine} genuine and ${all.impostors} impostor pairs`,
    tables: [
      {
        title: 'All pairs',
        rows: [
          ...intervals.tarAtFar.map(rate => intervalRow(`TAR at FAR ${rate.far}`, rate)),
          ...(intervals.equalErrorRate ? [intervalRow('equal error rate', intervals.equalErrorRate)] : []),
        ],
      },
    ],
    curves: [{name: 'all pairs', ...roc(all)}],
    hardest: {genuine: shown(all.hardestGenuine), impostors: shown(all.hardestImpostors)},
    results: {genuine: all.genuine, impostors: all.impostors, intervals},
  };
}

function embed(
  model: LayersModel,
  {images}: FaceImages,
  {flip, batch, ...options}: EvaluateOptions,
  onProgress: (done: number) => void,
): Promise<ImageEmbeddings> {
  const batches = imageTensors(images, {size: batch, normalize: pixelsOf(model, options)});
  return embedImages(model, batches, {flip, batchSize: batch, onProgress});
}
