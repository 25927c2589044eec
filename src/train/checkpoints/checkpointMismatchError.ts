/** A sound checkpoint of another network, objective or optimizer. Nothing has changed. */
export class CheckpointMismatchError extends Error {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'CheckpointMismatchError';

  /** @param differences Every one of them, a sentence each. */
  constructor(readonly differences: string[]) {
    const shown = differences.slice(0, 10).join('; ');
    const more = differences.length > 10 ? `; and ${differences.length - 10} more` : '';
    super(
      `The checkpoint belongs to another training, with ${differences.length} ${differences.length === 1 ? 'difference' : 'differences'}: ${shown}${more}. ` +
        'Make the network, the objective, the optimizer and the seed as they were, or restore with {weightsOnly: true} to take network and ' +
        "objective for a new training, with {weightsOnly: 'backbone'} to take the network alone.",
    );
  }
}
