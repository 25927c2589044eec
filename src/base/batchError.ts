/**
 * A batch that cannot be trained on, found by looking at shapes and labels and not by computing: it leaves every tensor as it was, on any
 * backend.
 */
export class BatchError extends Error {}
