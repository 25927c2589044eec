import type {LayersModel} from '@tensorflow/tfjs-layers';
import {forInference} from 'face-margins';
import {averageLinkage, type ClusterScores, clusterScores} from 'face-margins/cluster';
import {type FaceImages, imageTensors} from 'face-margins/data';
import {embedImages, type ImageEmbeddings} from 'face-margins/evaluate';

/** Clusters of people without names. */
export interface FoundPeople {
  /** The cluster of each image; −1 where it is the only one of its cluster. */
  clusters: Int32Array;
  /** The cosine at which the tree was cut. */
  threshold: number;
  /** How right the clusters are, by names that nobody used. */
  scores: ClusterScores;
}

const candidates = Array.from({length: 46}, (_, i) => 0.05 + 0.02 * i);

/**
 * Clusters faces by average linkage, at the threshold at which some people who are known, but were not trained on, are found best.
 *
 * @param faces The faces to cluster. Their labels only tell how right the clusters are.
 * @param known Faces to find the threshold on.
 */
export async function clusterPeople(
  network: LayersModel,
  faces: FaceImages,
  known: FaceImages,
): Promise<FoundPeople> {
  const tree = await averageLinkage(await embed(network, known));
  const fits = candidates.map(cosine => clusterScores(tree.cut(cosine).labels, known.labels).bCubed.f);
  const threshold = candidates[fits.indexOf(Math.max(...fits))];
  const {labels} = (await averageLinkage(await embed(network, faces))).cut(threshold);
  const sizes = new Map<number, number>();
  for (const label of labels) sizes.set(label, (sizes.get(label) ?? 0) + 1);
  return {
    clusters: labels.map(label => (sizes.get(label) === 1 ? -1 : label)),
    threshold,
    scores: clusterScores(labels, faces.labels),
  };
}

async function embed(network: LayersModel, {images}: FaceImages): Promise<ImageEmbeddings> {
  const deployed = forInference(network);
  try {
    return await embedImages(deployed, imageTensors(images, {size: 64}));
  } finally {
    deployed.dispose();
  }
}
