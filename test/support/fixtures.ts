import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

/**
 * One golden case of test/fixtures/losses; see the docstrings of make_losses.py and make_recent.py there for how they were made.
 */
export interface GoldenCase<Options> {
  loss: string;
  source: 'pytorch-metric-learning' | 'authors' | 'autograd' | 'closed form';
  /** The name of its inputs in the same file. */
  inputs: string;
  options: Options;
  /** The call of the peer library or of the authors' code, where it was one. */
  peer?: string;
  losses: number[];
  gradients: {
    embeddings: number[][];
    weights?: number[][];
    centers?: number[][];
    scale?: number;
    threshold?: number;
  };
  targetLoss?: {name: 'focal'; gamma: number};
  /** [first, second, same] of each pair, or [anchor, positive, negative] of each triplet. */
  terms?: (number | boolean)[][];
  /** The upstream gradient of each term; of heads it is among the inputs. */
  upstream?: number[];
  /** The peer's own scalar, and the gradient of that. */
  reduced?: {loss: number; gradients: {embeddings: number[][]}};
  /** After `updateCenters`. */
  centers?: number[][];
  /** What a head keeps of the batch. */
  state?: Record<string, number>;
}

export interface GoldenMining {
  miner: string;
  inputs: string;
  options: {margin?: number; which?: 'all' | 'hard' | 'semihard' | 'easy'; positive?: 'easy' | 'hard'};
  peer: string;
  triplets?: number[][];
  weights?: (number | null)[][];
}

export interface GoldenInputs {
  embeddings: number[][];
  labels: number[];
  weights: number[][];
  upstream: number[];
}

/** Reads one of the files. */
export function goldenCases<Case = GoldenCase<Record<string, never>>>(
  name: 'heads' | 'terms' | 'miners' | 'embedding' | 'recentHeads' | 'cosinePairs',
): {inputs: Record<string, GoldenInputs>; cases: Case[]} {
  const path = fileURLToPath(new URL(`../fixtures/losses/${name}.json`, import.meta.url));
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What a case is called in a test report. */
export function caseName({loss, source, inputs, options, targetLoss, peer}: GoldenCase<unknown>): string {
  const outer = targetLoss ? ` focal ${targetLoss.gamma}` : '';
  return `${loss} ${JSON.stringify(options)}${outer} on ${inputs}, ${peer ?? source}`;
}
