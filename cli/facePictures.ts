import type {StepReport} from 'face-margins';
import type {VerificationProtocol} from 'face-margins/data';
import {type GroupReport, projectEmbeddings, roc} from 'face-margins/evaluate';
import {featureScatter, groupRatesChart, rocCurve, scoreHistograms, trainingCurves} from 'face-margins/plot';
import {parseHTML} from 'linkedom';
import {type HardestErrors, hardestErrors} from './hardestErrors';
import {imageUrl} from './imageUrl';
import {peopleOfPairs} from './peopleOfPairs';
import {cosineOf} from './reportTable';
import type {Verification} from './verifyModel';

/** How many people the projection shows, as many as there are colors; the errors of each kind; and the images of a person. */
const shown = {people: 10, errors: 6, faces: 8};

/** A pair of images for the page. */
export interface PairPicture {
  first: string;
  second: string;
  score: number;
}

/** All there is to see of a run: SVG, and images as `data:` URLs. */
export interface FacePictures {
  curves: string;
  roc: string;
  histograms: string;
  projection: string;
  /** Rates by groups of people, where they were given. */
  groups?: string;
  /** The part of all variance that the projection shows. */
  explained: number;
  /** Images of some people, a row each. */
  people: string[][];
  rejected: PairPicture[];
  accepted: PairPicture[];
}

/** What pictures are drawn of. */
export interface Shown {
  reports: readonly StepReport[];
  protocol: VerificationProtocol;
  trained: Verification;
  untrained: Verification;
  groups?: GroupReport;
}

/** Draws everything. */
export async function facePictures({
  reports,
  protocol,
  trained,
  untrained,
  groups,
}: Shown): Promise<FacePictures> {
  const {document} = parseHTML('<html></html>');
  const threshold = cosineOf(trained.report.accuracy.threshold);
  const curve = (name: string, of: Verification) => ({name, ...roc(of)});
  const {scores, same} = trained;
  const people = peopleOfPairs(protocol).slice(0, shown.people);
  const errors = hardestErrors(protocol, trained, threshold, shown.errors);
  const size = {width: 560, height: 420};
  return {
    curves: await trainingCurves({reports, metric: 'accuracy', document, ...size, height: 560}),
    roc: await rocCurve({
      curves: [curve('trained', trained), curve('before training', untrained)],
      document,
      ...size,
    }),
    histograms: await scoreHistograms({scores, same, threshold, document, ...size}),
    ...(await projection(trained, people, document)),
    ...(groups && {groups: await groupRatesChart({report: groups, document, ...size, height: undefined})}),
    people: await Promise.all(
      people.map(images =>
        Promise.all(images.slice(0, shown.faces).map(image => imageUrl(protocol.images, image))),
      ),
    ),
    ...(await pairPictures(protocol, errors)),
  };
}

async function projection(
  {embeddings: {values, dimension}}: Verification,
  people: number[][],
  document: Document,
): Promise<Pick<FacePictures, 'projection' | 'explained'>> {
  const rows = people.flat();
  const some = new Float32Array(rows.length * dimension);
  for (const [i, row] of rows.entries()) {
    some.set(values.subarray(row * dimension, (row + 1) * dimension), i * dimension);
  }
  const {points, explained} = projectEmbeddings({values: some, dimension});
  const labels = people.flatMap((images, person) => images.map(() => person));
  return {
    projection: await featureScatter({embeddings: points, labels, size: 420, radius: 3, document}),
    explained: explained[0] + explained[1],
  };
}

async function pairPictures(
  {images}: VerificationProtocol,
  {rejected, accepted}: HardestErrors,
): Promise<Pick<FacePictures, 'rejected' | 'accepted'>> {
  const picture = async ({a, b, score}: HardestErrors['rejected'][number]) => ({
    first: await imageUrl(images, a),
    second: await imageUrl(images, b),
    score,
  });
  return {
    rejected: await Promise.all(rejected.map(picture)),
    accepted: await Promise.all(accepted.map(picture)),
  };
}
