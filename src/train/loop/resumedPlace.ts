import type {BatchSignature} from '../../data/batches/batchSource';
import {settingDifferences} from '../checkpoints/settingDifferences';
import type {TrainingPosition} from '../checkpoints/trainingState';

/** Where a training continues in its data, and the warning about it. */
export interface ResumedPlace {
  /** The batch of the pass, from 0. */
  batch: number;
  warning?: string;
}

/**
 * The place at which a training continues that was stopped on other data, or on batches of another size.
 *
 * Between two passes any data will do. Within a pass a place is a number of images, and means the same only in the same order: it is
 * converted to batches of another size, and refused in another order.
 *
 * @param position Where it stopped; of several ranks, the batch may be a fraction, where they were another number.
 * @param saved What was known of the data when the training stopped.
 * @param here What is known of them now.
 * @param isDrawn Whether the batch of that place has been drawn already, so that no other can be.
 * @throws If the place means nothing in these data.
 */
export function resumedPlace(
  {epoch, batch}: TrainingPosition,
  saved: BatchSignature,
  here: BatchSignature,
  isDrawn: boolean,
): ResumedPlace {
  const ofSize = settingDifferences(saved.size, here.size, ['size']);
  const ofOrder = settingDifferences(saved.order, here.order, ['order']);
  const whole = Math.floor(batch);
  const moved = [...(isDrawn ? ofSize : []), ...ofOrder];
  if (batch > 0 && moved.length > 0) {
    throw new Error(
      `fit: source must give the batches on which training stopped, within epoch ${epoch} after batch ${whole}, but gives others: ${moved.join('; ')}. ` +
        'Give the same data, or restore with {restartPass: true} to begin the epoch anew on these.',
    );
  }
  const changed = [...ofSize, ...ofOrder, ...settingDifferences(saved.images, here.images, ['images'])];
  if (changed.length === 0) return {batch: whole};
  const images = Math.round(batch * saved.size);
  const place = Math.floor(images / here.size);
  const again = images - place * here.size;
  const seenAgain = again > 0 ? `, and ${again} images of it are seen again` : '';
  const converted =
    place === whole ? '' : ` Batch ${whole} of epoch ${epoch} is batch ${place} now${seenAgain}.`;
  return {
    batch: place,
    warning: `fit: training continues with other batches: ${changed.join('; ')}.${converted}`,
  };
}
