import type {Triplet} from './triplet';
import type {Matrix, Vector} from './vectors';

/** Every (anchor, positive, negative) with anchor ≠ positive. */
export const batchAll = (labels: Vector): Triplet[] =>
  positivePairs(labels).flatMap(({anchor, positive}) =>
    negatives(labels, anchor).map(negative => ({anchor, positive, negative})),
  );

/**
 * Per anchor its farthest positive and its nearest negative (arXiv 1703.07737), the first of equals; anchors
 * that lack one are left out.
 */
export function batchHard(distances: Matrix, labels: Vector): Triplet[] {
  return labels.flatMap((_, anchor) => {
    const positives = positivePairs(labels)
      .filter(pair => pair.anchor === anchor)
      .map(pair => pair.positive);
    const others = negatives(labels, anchor);
    if (positives.length === 0 || others.length === 0) return [];
    const positive = best(positives, other => distances[anchor][other]);
    const negative = best(others, other => -distances[anchor][other]);
    return [{anchor, positive, negative}];
  });
}

/**
 * Per positive pair one negative, the rule of FaceNet as TensorFlow Addons has it: the nearest that is
 * farther than the positive, or, where none is, the farthest of all. It does not ask for d_an < d_ap +
 * margin: a farther one simply gives no loss.
 */
export function semiHard(distances: Matrix, labels: Vector): Triplet[] {
  return positivePairs(labels).flatMap(({anchor, positive}) => {
    const others = negatives(labels, anchor);
    if (others.length === 0) return [];
    const to = (other: number) => distances[anchor][other];
    const outside = others.filter(other => to(other) > to(positive));
    const negative = outside.length > 0 ? best(outside, other => -to(other)) : best(others, to);
    return [{anchor, positive, negative}];
  });
}

/**
 * The miner of pytorch-metric-learning, with v = d_an − d_ap: 'all' v ≤ margin, 'hard' v ≤ 0, 'semihard' 0 <
 * v ≤ margin, 'easy' v > margin. Every triplet that fits, not one a pair.
 */
export function marginTriplets(
  distances: Matrix,
  labels: Vector,
  margin: number,
  which: 'all' | 'hard' | 'semihard' | 'easy',
): Triplet[] {
  const fits = {
    all: (v: number) => v <= margin,
    hard: (v: number) => v <= margin && v <= 0,
    semihard: (v: number) => v <= margin && v > 0,
    easy: (v: number) => v > margin,
  }[which];
  return batchAll(labels).filter(({anchor, positive, negative}) =>
    fits(distances[anchor][negative] - distances[anchor][positive]),
  );
}

const positivePairs = (labels: Vector): {anchor: number; positive: number}[] =>
  labels.flatMap((label, anchor) =>
    labels.flatMap((other, positive) => (label === other && anchor !== positive ? [{anchor, positive}] : [])),
  );

const negatives = (labels: Vector, anchor: number): number[] =>
  labels.flatMap((label, other) => (label === labels[anchor] ? [] : [other]));

/** The first candidate of the highest score. */
const best = (candidates: readonly number[], score: (candidate: number) => number): number =>
  candidates.reduce((winner, candidate) => (score(candidate) > score(winner) ? candidate : winner));
