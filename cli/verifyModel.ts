import {imageTensors, type Normalization, type VerificationProtocol} from 'face-margins/data';
import {
  type EmbeddingModel,
  embedImages,
  type ImageEmbeddings,
  pairScores,
  type ScoredPairs,
  type VerificationAccuracyOptions,
  type VerificationReport,
  verificationReport,
} from 'face-margins/evaluate';

/** How to verify. */
export interface VerifySettings extends Pick<VerificationAccuracyOptions, 'thresholds'> {
  normalize?: Normalization;
  flip?: boolean;
  batchSize?: number;
  fars?: readonly number[];
  onProgress?: (images: number) => void;
}

/** The scores of a protocol's pairs, and what is to be said of them. */
export interface Verification extends ScoredPairs {
  /** Of the protocol's images, in their order. */
  embeddings: ImageEmbeddings;
  report: VerificationReport;
}

/** Embeds the images of a protocol, each once, and compares its pairs. */
export async function verifyModel(
  model: EmbeddingModel,
  {pairs, images}: VerificationProtocol,
  {normalize, flip, batchSize = 64, thresholds, fars, onProgress}: VerifySettings,
): Promise<Verification> {
  const batches = imageTensors(images, {size: batchSize, normalize});
  const embeddings = await embedImages(model, batches, {flip, batchSize, onProgress});
  const scores = pairScores(embeddings, pairs);
  const same = pairs.map(pair => pair.same);
  const report = verificationReport({scores, same}, {folds: pairs.map(({fold}) => fold), thresholds, fars});
  return {embeddings, scores, same, report};
}
