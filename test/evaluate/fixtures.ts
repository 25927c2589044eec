import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/** One golden test of verification; see make_evaluate.py beside the file for how it was made. */
export interface VerificationCase {
  name: string;
  scores: number[];
  same: number[];
  folds: number | number[];
  tenFold: {accuracy: number; deviation: number; accuracies: number[]; thresholds: number[]};
  /** null where a fold has pairs of one kind only. */
  val: {val: number; deviation: number; far: number; thresholds: number[]; target: number} | null;
  roc: Curve;
  fullRoc: Curve;
  auc: number;
  eer: number;
  fars: number[];
  nearest: number[];
  linear: number[];
  floor: number[];
  /** null where all scores are equal. */
  platt: {slope: number; intercept: number} | null;
}

/** The points of scikit-learn's curve; the first threshold, Infinity, is left out. */
interface Curve {
  far: number[];
  tar: number[];
  thresholds: number[];
}

interface Found {
  ranks: number[];
  mates: (number | null)[];
  others: number[];
  cmc: number[];
  rates: {far: number; rank: number; dir: number}[];
}

interface Projected {
  points: number[][];
  explained: number[];
}

export interface EmbeddingCases {
  pairs: {straight: number[][]; mirrored: number[][]; distances: number[]; cosines: number[]};
  templates: {
    embeddings: number[][];
    templates: number[];
    media: number[];
    ids: number[];
    values: number[][];
  };
  projection: {embeddings: number[][]; unit: Projected; raw: Projected};
  identification: {
    probes: number[][];
    probeLabels: number[];
    gallery: number[][];
    galleryLabels: number[];
    distractors: number[][];
    plain: Found;
    distracted: Found;
  };
  groups: {
    scores: number[];
    same: number[];
    groups: (string | null)[];
    far: number;
    threshold: number;
    rates: Record<string, {tar: number; far: number; ownThreshold: number; ownTar: number; ownFar: number}>;
  };
}

function read<Content>(name: string): Content {
  const path = fileURLToPath(new URL(`../fixtures/evaluate/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8'));
}

export const verificationCases = (): VerificationCase[] => read('verification');
export const embeddingCases = (): EmbeddingCases => read('embeddings');

/** Rows as the library takes them. */
export const rowsOf = (rows: number[][]) => ({values: rows.flat(), dimension: rows[0].length});

/** How far two lists are apart at most; Infinity where one is longer. */
export function apart(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
}
