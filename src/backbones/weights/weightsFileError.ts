/**
 * A file of weights that cannot be read: truncated, damaged, hostile, or of another format.
 * Nothing was allocated on its word, and no weight has changed.
 */
export class WeightsFileError extends Error {
  override readonly name = 'WeightsFileError';
}
