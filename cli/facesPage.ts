import {calibratedScore} from 'face-margins/evaluate';
import {escapeHtml} from './escapeHtml';
import type {FacePictures, PairPicture} from './facePictures';
import type {FaceResults} from './faceResults';
import {pageStyle} from './facesPageStyle';
import {htmlPage} from './htmlPage';
import {cosineOf} from './reportTable';

/** The page that shows a run: one file, nothing to load. */
export function facesPage(results: FaceResults, pictures: FacePictures): string {
  const {trained, untrained, synthetic} = results;
  return htmlPage({
    title: 'Face training',
    style: pageStyle,
    body: `<header>
<h1>Face training</h1>
<p>The network <b>${escapeHtml(results.network)}</b> learned to tell people apart under ${escapeHtml(results.head)}. ${
      synthetic
        ? 'All faces are <b>synthetic</b>: cartoons of nobody. The figures say nothing about real faces.'
        : ''
    }</p>
<p class="faint">${escapeHtml(results.faces)}</p>
</header>
<section class="figures">
${figure(percent(trained.accuracy.accuracy), 'of pairs told rightly', `± ${(100 * trained.accuracy.deviation).toFixed(1)} over ${trained.accuracy.folds.length} folds`)}
${figure(percent(untrained.accuracy.accuracy), 'before training', `${results.pointsGained.toFixed(1)} points gained`)}
${figure(percent(trained.equalErrorRate.rate), 'equal error rate', `at cosine ${trained.equalErrorRate.threshold.toFixed(2)}`)}
${figure(percent(tarAt(results, 0.01)), 'accepted at FAR 1 %', 'of pairs of one person')}
${figure(String(Math.round(results.imagesPerSecond)), 'images a second', `${escapeHtml(results.backend)}, ${duration(results.trainingSeconds)} of training`)}
</section>
<section class="charts">
${chart('How the training went', pictures.curves, 'Loss, as reported and smoothed; the part of the pairs to verify on that is told rightly, after each pass that was verified; and the learning rate.')}
${chart('Scores', pictures.histograms, 'Cosines of pairs of one person and of two. Where the two overlap, errors cannot be avoided. Dashed: the threshold.')}
${chart('Receiver operating characteristic', pictures.roc, 'Which part of true pairs is accepted where so many false ones are.')}
${pictures.groups === undefined ? '' : chart('Groups of people', pictures.groups, groupCaption(results))}
${chart('Embeddings in the plane', pictures.projection, `The people below, a color each, in the plane in which their embeddings vary most. It shows ${percent(pictures.explained)} of the variance: who overlaps here may be far apart.`)}
</section>
<section>
<h2>Some of the people it is verified on</h2>
<p class="faint">A row a person; the colors are those of the plane above.</p>
<div class="people">
${pictures.people.map(people).join('\n')}
</div>
</section>
<section>
<h2>The hardest errors</h2>
<p class="faint">Threshold: cosine ${cosineOf(trained.accuracy.threshold).toFixed(3)}. Under each pair: its cosine, and how probable it is to the calibrated
model that both are one person.</p>
<h3>One person, taken for two</h3>
${pairs(results, pictures.rejected)}
<h3>Two persons, taken for one</h3>
${pairs(results, pictures.accepted)}
</section>
${table(results)}
<footer>
<p>${escapeHtml(recipe(results))}</p>
<p>${escapeHtml(`${results.steps.toLocaleString('en')} steps; ${duration(results.seconds)} in all. All figures are in results.json, every step in log.jsonl, and the model in model/: stock TensorFlow.js loads it.`)}</p>
</footer>`,
  });
}

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;

const duration = (seconds: number) =>
  seconds < 100 ? `${Math.round(seconds)} s` : `${(seconds / 60).toFixed(1)} min`;

const tarAt = ({trained}: FaceResults, rate: number) =>
  trained.tarAtFar.find(({far}) => far === rate)?.tar ?? Number.NaN;

const figure = (value: string, name: string, note: string) =>
  `<div><strong>${value}</strong><span>${name}</span><small>${note}</small></div>`;

const chart = (title: string, svg: string, caption: string) =>
  `<figure><h2>${title}</h2>${svg}<figcaption>${caption}</figcaption></figure>`;

function groupCaption({groups}: FaceResults): string {
  if (groups === undefined) return '';
  const {gap, far, score} = groups.common[0];
  return (
    `Which part of each group’s true pairs is accepted where one false pair in ${Math.round(1 / far)} is; every pair within a group counts. ` +
    `At one threshold${score === undefined ? '' : ` (score ${score.toFixed(3)} of 1)`} the groups differ by ${(100 * gap.tar).toFixed(1)} points, ` +
    `at their own by ${(100 * gap.ownTar).toFixed(1)}. Where intervals overlap, the difference may be chance.`
  );
}

const image = (url: string) => `<img src="${url}" alt="">`;

const people = (images: string[], person: number) =>
  `<div style="border-color: var(--c${person})">${images.map(image).join('')}</div>`;

function pairs({trained}: FaceResults, pictures: PairPicture[]): string {
  if (pictures.length === 0) return '<p>None.</p>';
  const cards = pictures.map(
    ({first, second, score}) =>
      `<figure>${image(first)}${image(second)}<figcaption>${score.toFixed(3)} · ${percent(calibratedScore(trained.calibration, score))}</figcaption></figure>`,
  );
  return `<div class="pairs">\n${cards.join('\n')}\n</div>`;
}

function table({trained, untrained}: FaceResults): string {
  const row = (name: string, of: (report: FaceResults['trained']) => string) =>
    `<tr><th scope="row">${name}</th><td>${of(trained)}</td><td class="faint">${of(untrained)}</td></tr>`;
  const rates = trained.tarAtFar.map(({far, warning}, i) =>
    row(`TAR at FAR ${far}${warning === undefined ? '' : ' *'}`, ({tarAtFar}) => percent(tarAtFar[i].tar)),
  );
  const few = trained.tarAtFar.some(({warning}) => warning !== undefined);
  return `<section>
<h2>All figures</h2>
<table>
<thead><tr><th></th><th scope="col">trained</th><th scope="col">before</th></tr></thead>
<tbody>
${row('Accuracy', ({accuracy}) => `${percent(accuracy.accuracy)} ± ${(100 * accuracy.deviation).toFixed(1)}`)}
${row('Area under the ROC', ({auc}) => auc.toFixed(4))}
${row('Equal error rate', ({equalErrorRate}) => percent(equalErrorRate.rate))}
${rates.join('\n')}
</tbody>
</table>
<p class="faint">${trained.genuine.toLocaleString('en')} pairs of one person, ${trained.impostors.toLocaleString('en')} of two.${few ? ' * Fewer than ten false accepts: mostly chance.' : ''}</p>
</section>`;
}

function recipe({options, network, parameters, head, backend}: FaceResults): string {
  const {epochs, batch, learningRate, freeze, weights, seed} = options;
  return [
    `${network}, ${parameters.toLocaleString('en')} parameters, images of ${options.size}×${options.size}; ${head}; `,
    `SGD with momentum 0.9 and weight decay 5e-4, ${epochs} epochs, batches of ${batch}, learning rate ${learningRate} after a warm-up, falling to 0 along a cosine, `,
    `gradients clipped to a norm of 5, mirror images`,
    weights === undefined ? '' : `; started from ${weights}`,
    freeze.length === 0 ? '' : `; frozen: ${freeze.join(', ')}`,
    `. Seed ${seed}, backend ${backend}.`,
  ].join('');
}
