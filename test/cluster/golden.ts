import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import type {Embeddings} from '../../src/base/embeddings';

/** A cut or another clustering, and what it is called with. */
export interface GoldenLabels {
  labels: number[];
}

/** What test/fixtures/cluster/make_clusters.py wrote. */
export interface GoldenClusters extends Embeddings {
  trees: Record<
    'average' | 'complete' | 'single',
    {
      merges: number[];
      cosines: number[];
      cuts: (GoldenLabels & {cosine: number})[];
      into: (GoldenLabels & {clusters: number})[];
    }
  >;
  k: number;
  components: (GoldenLabels & {threshold: number})[];
  sized: (GoldenLabels & {threshold: number; largest: number; step: number})[];
  densityPeaks: (GoldenLabels & {threshold: number; separation: number})[];
  dbscan: (GoldenLabels & {threshold: number; minimum: number})[];
  kMeans: (GoldenLabels & {first: number[]; centers: number[][]})[];
  scores: (GoldenLabels & {
    identities: number[];
    pairwise: [number, number];
    bCubed: [number, number];
    nmi: number;
    ari: number;
    clusters: number;
  })[];
  propagation: {
    parts: Embeddings[];
    k: number;
    cases: (GoldenLabels & {threshold: number; accept: number; largest: number; step: number})[];
    features: number[][];
  };
}

const read = (name: string) =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../fixtures/cluster/${name}`, import.meta.url)), 'utf8'));

export const golden: GoldenClusters = read('clusters.json');

/** A mediator's network in PyTorch: first weights, four steps, and what it says afterwards. */
export const goldenMediator: {
  first: {weights: number[]; biases: number[]}[];
  inputs: number[];
  targets: number[];
  losses: number[];
  probabilities: number[];
} = read('mediator.json');
