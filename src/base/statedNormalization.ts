import {checkedNormalization, type Normalization} from './normalization';

/** A model that may say something of itself: a tfjs-layers model, or one that has neither metadata nor the shape of its inputs. */
export interface StatingModel {
  /** What was saved with the model. */
  getUserDefinedMetadata?(): object | undefined;
  /** What it takes; null or −1 is any size. */
  readonly inputs?: readonly {
    /** `[batch, height, width, channels]`. */
    shape?: readonly (number | null)[];
  }[];
}

/**
 * What a model says of the pixels it takes; undefined if it says nothing.
 *
 * @throws If what it says is no normalization.
 */
export function statedNormalization(model: StatingModel): Normalization | undefined {
  const {normalize} = (model.getUserDefinedMetadata?.() ?? {}) as {normalize?: Normalization};
  if (normalize !== undefined) checkedNormalization(normalize, channelsOf(model));
  return normalize;
}

/** How many channels the images of a model have, if it says so. */
export function channelsOf({inputs}: StatingModel): number | undefined {
  const channels = inputs?.[0].shape?.at(-1) ?? -1;
  return channels > 0 ? channels : undefined;
}
