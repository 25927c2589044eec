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
