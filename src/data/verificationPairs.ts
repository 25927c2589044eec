import type {ImageList} from './imageList';

/** Two images, and whether they show the same person. */
export interface VerificationPair {
  /** Place of the first image among {@link VerificationPairs.images}. */
  a: number;
  /** Place of the second. */
  b: number;
  /** Whether both show one person. */
  same: boolean;
  /** Which fold of the protocol the pair belongs to, from 0. */
  fold: number;
}

/** A verification protocol: pairs of images, in folds. What `pairs.txt` and InsightFace's `.bin` files say. */
export interface VerificationPairs {
  /** The pairs, in the order of the protocol. */
  pairs: VerificationPair[];
  /** How many folds there are. */
  folds: number;
  /** The images that the pairs name, each once; encoded until asked for. */
  images: ImageList;
}

/**
 * The fold of each of `count` pairs when they are cut into `folds` runs as even as can be, as scikit-learn's `KFold` without
 * shuffling cuts them: the first `count mod folds` runs have one pair more.
 */
export function consecutiveFolds(count: number, folds: number): Int32Array {
  const [size, surplus] = [Math.floor(count / folds), count % folds];
  const inLonger = surplus * (size + 1);
  return Int32Array.from({length: count}, (_, i) =>
    i < inLonger ? Math.floor(i / (size + 1)) : surplus + Math.floor((i - inLonger) / size),
  );
}
