import type {FaceImages, ImageList, VerificationProtocol} from 'face-margins/data';
import {imageTensors} from 'face-margins/data';
import {
  type Embeddings,
  embedImages,
  fitReduction,
  joinEmbeddings,
  pairScores,
  reduceEmbeddings,
  verificationReport,
} from 'face-margins/evaluate';
import type {Progress} from '../../cli/progressBars';
import {type Supervision, trainDeepId} from './trainDeepId';

/** One crop of every face. */
export interface CroppedFaces {
  /** What is cropped. */
  name: string;
  /** Those to train on. */
  people: FaceImages;
  /** The protocol's images, in their order. */
  images: ImageList;
}

/** How well one network, or several joined, tell the people of a protocol apart. */
export interface DeepIdFigures {
  seed: number;
  supervision: Supervision;
  /** Which crop, or how all of them were put together. */
  of: string;
  /** Length of an embedding. */
  dimension: number;
  accuracy: number;
  equalErrorRate: number;
  tarAt1e2: number;
}

/** How to train. */
export interface DeepIdSettings {
  supervision: Supervision;
  epochs: number;
  seed: number;
  /** Length of the joined embedding once it is reduced. */
  reduced: number;
  onReport(crop: string): (progress: Progress) => void;
}

/** Trains a network for each crop, and gives the figures of each, of all joined, and of all joined and reduced. */
export async function* deepIdFigures(
  crops: readonly CroppedFaces[],
  pairs: VerificationProtocol['pairs'],
  {supervision, epochs, seed, reduced, onReport}: DeepIdSettings,
): AsyncGenerator<DeepIdFigures> {
  const figures = (of: string, embeddings: Embeddings): DeepIdFigures => ({
    ...{seed, supervision, of, dimension: embeddings.dimension},
    ...rates(embeddings, pairs),
  });
  const [learned, tested]: Embeddings[][] = [[], []];
  for (const {name, people, images} of crops) {
    const network = await trainDeepId(people, {supervision, epochs, seed, onReport: onReport(name)});
    learned.push(await embedImages(network, imageTensors(people.images, {size: 64})));
    tested.push(await embedImages(network, imageTensors(images, {size: 64})));
    network.dispose();
    yield figures(name, tested[tested.length - 1]);
  }
  if (crops.length < 2) return;
  const joined = joinEmbeddings(tested);
  yield figures(`${crops.length} crops joined`, joined);
  // Fitted on the people trained on, and on nothing of the protocol.
  const reduction = fitReduction(joinEmbeddings(learned), {dimension: reduced, center: true});
  yield figures('joined and reduced', reduceEmbeddings(reduction, joined));
}

function rates(embeddings: Embeddings, pairs: VerificationProtocol['pairs']) {
  const scored = {scores: pairScores(embeddings, pairs), same: pairs.map(({same}) => same)};
  const {accuracy, equalErrorRate, tarAtFar} = verificationReport(scored, {
    folds: pairs.map(({fold}) => fold),
    thresholds: 'every',
    fars: [0.01],
  });
  return {accuracy: accuracy.accuracy, equalErrorRate: equalErrorRate.rate, tarAt1e2: tarAtFar[0].tar};
}
