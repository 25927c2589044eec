import {basename} from 'node:path';
import {forInference, type StepReport, setNormalization, useBackend} from 'face-margins';
import {openCollective} from 'face-margins/distributed';
import {checkpointFolder, saveModelFolder} from 'face-margins/node';
import {backbones} from './backbones';
import type {Shown} from './facePictures';
import type {FaceResults} from './faceResults';
import type {FacesOptions} from './facesOptions';
import {facesPage} from './facesPage';
import {groupTable} from './groupTable';
import {describeHead} from './heads';
import {isMissing, messageOf, needPackages} from './missingPackages';
import {openFaces} from './openFaces';
import {type GroupFindings, groupFindings, openGroups} from './peopleGroups';
import {pixelsOf} from './pixelsOf';
import {type ProgressDisplay, progressDisplay} from './progressBars';
import {recipes} from './recipes';
import {reportTable} from './reportTable';
import {beginRun, checkNothingIsLost, filesOf, reportsOf, writeWhole} from './runFolder';
import {teacherEmbeddings} from './teacherEmbeddings';
import {trainerFor, trainFaces} from './trainFaces';
import {type Verification, verifyModel} from './verifyModel';

/**
 * Trains, verifies, and writes the folder of the run.
 *
 * @returns Whether it came to the end: not where Ctrl-C stopped it.
 */
export async function runFaces(options: FacesOptions): Promise<boolean> {
  const {out, size, seed, embeddingSize, flip, batch, json} = options;
  checkNothingIsLost(options);
  const collective = await openCollective();
  const isFirst = collective.rank === 0;
  const say = json || !isFirst ? () => undefined : console.log;
  const shown = isFirst ? shownToUser : unseen;
  const backend = await useBackend(options.backend);
  const {train, protocol, synthetic, description} = await shown(display => {
    const bars: Record<string, (images: number) => void> = {};
    return openFaces(options, (what, done, of) => {
      bars[what] ??= display.addImages(what, of);
      bars[what](done);
    });
  });
  const network = backbones[options.backbone]({embeddingSize, inputShape: [size, size, 3], seed});
  const {recipe} = options;
  const loss =
    recipe === undefined
      ? describeHead(options.head, {...options, classes: train.classes.length})
      : recipes[recipe].describe(options);
  const head = `${loss}${teaching(options)}`;
  say(`${description}\n${options.backbone} under ${head}, seed ${seed}, ${backend} backend.`);
  const {teacher} = options;
  const learned =
    teacher === undefined
      ? undefined
      : await shown(display => {
          const bar = display.addImages('teacher', train.length);
          return teacherEmbeddings(teacher, train, options, bar);
        });
  const trainer = await trainerFor(network, train, options, collective, learned);
  // Weights to start from may say which pixels they take.
  const normalize = pixelsOf(network, options);
  setNormalization(network, normalize);
  const checkpoints = checkpointFolder(filesOf(out).checkpoints, {best: {metric: 'accuracy'}});
  if (!isFirst) {
    // The first process makes the folder ready, verifies and writes.
    collective.barrier();
    const ended = await trainFaces(trainer, train, options, {checkpoints, normalize, collective});
    await collective.close();
    return ended;
  }

  const verify = async (onProgress: (images: number) => void): Promise<Verification> => {
    // As it will be deployed, which is faster.
    const deployed = forInference(network);
    try {
      // By every threshold: on InsightFace's grid a network that has learned little cannot be told from a better one.
      const settings = {normalize, flip, batchSize: batch, onProgress, thresholds: 'every'} as const;
      return await verifyModel(deployed, protocol, settings);
    } finally {
      deployed.dispose();
    }
  };
  const barOf = (display: ProgressDisplay) => display.addImages('verifying', protocol.images.length);
  const untrained = await shown(display => verify(barOf(display)));
  const accuracyBefore = untrained.report.accuracy.accuracy;
  say(`Before training ${percent(accuracyBefore)} of the pairs are told rightly.`);
  // Before any file of the run is touched: another process may be at it.
  await checkpoints.begin();
  await beginRun(options);
  await checkpoints.begin();
  collective.barrier();

  let latest: Verification | undefined;
  const ended = await shown(display => {
    const onReport = display.add('training');
    const onProgress = barOf(display);
    const validate = async () => {
      latest = await verify(onProgress);
      const {accuracyBy, tarAtFar} = latest.report;
      const tarAt1e2 = tarAtFar.find(({far}) => far === 0.01)?.tar;
      const {every, grid} = accuracyBy;
      return {accuracy: every, gridAccuracy: grid, ...(tarAt1e2 !== undefined && {tarAt1e2})};
    };
    return trainFaces(trainer, train, options, {checkpoints, normalize, collective, onReport, validate});
  });
  await collective.close();
  if (!ended) return false;

  // The last pass ends with a validation. There was none where a run was resumed that had ended already.
  const trained = latest ?? (await shown(display => verify(barOf(display))));
  const reports = await reportsOf(out);
  const files = filesOf(out);
  const {groups} = options;
  const found =
    groups === undefined ? undefined : groupFindings(protocol, trained, await openGroups(groups), seed);
  const deployed = forInference(network);
  const {every: accuracyReached} = trained.report.accuracyBy;
  await saveModelFolder(deployed, files.model, {
    training: {faces: description, synthetic, head, epochs: options.epochs, seed, accuracy: accuracyReached},
  });
  deployed.dispose();
  const accuracy = trained.report.accuracy.accuracy;
  const results: FaceResults = {
    faces: description,
    synthetic,
    network: options.backbone,
    parameters: network.countParams(),
    head,
    backend,
    options,
    trained: trained.report,
    untrained: untrained.report,
    ...(found?.report && {groups: found.report}),
    pointsGained: 100 * (accuracy - accuracyBefore),
    history: historyOf(reports),
    ...speedOf(reports, batch),
    seconds: performance.now() / 1000,
  };
  const hasPage = await drawPage(results, {reports, protocol, trained, untrained});
  await writeWhole(files.results, `${JSON.stringify(results, null, 2)}\n`);
  if (json) console.log(JSON.stringify(results));
  say(
    `\n${reportTable(trained.report)}\n${groupLines(found)}\n${percent(accuracy)} of the pairs are told rightly; before training ${percent(accuracyBefore)}.` +
      `${synthetic ? ' The faces are synthetic: this says nothing about real ones.' : ''}${unreadable(train.unreadable.length)}` +
      `\n${hasPage ? `See ${files.report}; the` : 'The'} model is in ${files.model}, all figures in ${files.results}.`,
  );
  return true;
}

/** What there is to say of groups of people. */
function groupLines(found: GroupFindings | undefined): string {
  if (found === undefined) return '';
  return `\n${[found.report && groupTable(found.report), found.left].filter(Boolean).join('\n')}\n`;
}

/** Draws the page of a run; without the packages for it, says which. */
async function drawPage(results: FaceResults, shown: Shown): Promise<boolean> {
  try {
    await needPackages('Drawing the page', {
      '@observablehq/plot': () => import('@observablehq/plot'),
      linkedom: () => import('linkedom'),
      sharp: () => import('sharp'),
    });
  } catch (error) {
    if (!isMissing(error)) throw error;
    console.error(messageOf(error));
    return false;
  }
  const {facePictures} = await import('./facePictures');
  await writeWhole(
    filesOf(results.options.out).report,
    facesPage(results, await facePictures({...shown, groups: results.groups})),
  );
  return true;
}

/** Does something long and shows nothing: another process does. */
const unseen = <T>(work: (display: ProgressDisplay) => Promise<T>): Promise<T> =>
  work({add: () => () => {}, addImages: () => () => {}, stop: () => {}});

/** Does something long and shows how far it has come. */
async function shownToUser<T>(work: (display: ProgressDisplay) => Promise<T>): Promise<T> {
  const display = progressDisplay();
  try {
    return await work(display);
  } finally {
    display.stop();
  }
}

/** What is learned from beside the labels, in words. */
const teaching = ({teacher, distill}: FacesOptions) =>
  teacher === undefined ? '' : `, and ${distill} times the distance to ${basename(teacher)}`;

const percent = (part: number) => `${(100 * part).toFixed(2)} %`;

const unreadable = (count: number) => (count > 0 ? ` ${count} images could not be read.` : '');

function historyOf(reports: readonly StepReport[]): FaceResults['history'] {
  return reports.flatMap(({epoch, metrics}) =>
    metrics?.accuracy === undefined ? [] : [{epoch, accuracy: metrics.accuracy}],
  );
}

function speedOf(
  reports: readonly StepReport[],
  batch: number,
): Pick<FaceResults, 'steps' | 'imagesPerSecond' | 'trainingSeconds'> {
  const trainingSeconds = reports.reduce((sum, {imagesPerSecond}) => sum + batch / imagesPerSecond, 0);
  const steps = reports[reports.length - 1].step;
  return {steps, trainingSeconds, imagesPerSecond: (reports.length * batch) / trainingSeconds};
}
