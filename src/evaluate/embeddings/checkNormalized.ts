import * as tf from '@tensorflow/tfjs-core';
import {normalizationOfPixels, sameNormalization} from '../../base/markNormalized';
import {checkedNormalization, type Normalization} from '../../base/normalization';
import {shownNormalization} from '../../base/shownNormalization';
import {channelsOf, type StatingModel, statedNormalization} from '../../base/statedNormalization';

/** The part of the range of pixels by which numbers may be beyond it, as a resized image may be. */
const slack = 0.1;

const listed = (values: number | readonly number[]) => (typeof values === 'number' ? [values] : values);

/** The numbers that black and white pixels become, of the channel where they are farthest apart. */
function rangeOf({mean, deviation}: Required<Normalization>): [low: number, high: number] {
  const channels = Math.max(listed(mean).length, listed(deviation).length);
  const ends = (pixel: number) =>
    Array.from({length: channels}, (_, i) => {
      const [center, step] = [mean, deviation].map(values =>
        typeof values === 'number' ? values : values[i],
      );
      return (pixel - center) / step;
    });
  return [Math.min(...ends(0)), Math.max(...ends(255))];
}

const short = (value: number) => Number(value.toPrecision(3));

async function checkRange(images: tf.Tensor, stated: Required<Normalization>): Promise<void> {
  const [low, high] = rangeOf(stated);
  const ends = tf.tidy(() => tf.stack([tf.min(images), tf.max(images)]));
  const [least, most] = await ends.data();
  ends.dispose();
  const beyond = slack * (high - low);
  if (!(least < low - beyond || most > high + beyond)) return;
  throw new Error(
    `embedImages: images must be pixels normalized as the model says, ${shownNormalization(stated)}, from ${short(low)} to ${short(high)}, ` +
      `but reach from ${short(least)} to ${short(most)}: imageTensors and pixelTensor do it, with {normalize: normalizationOf(model)}.`,
  );
}

/**
 * Throws where images were normalized otherwise than a model says, which would give embeddings that are wrong and look right.
 *
 * @param first Whether to look at the numbers too, where nothing is known of how they were made.
 */
export async function checkNormalized(model: StatingModel, images: tf.Tensor, first: boolean): Promise<void> {
  const normalize = statedNormalization(model);
  if (normalize === undefined) return;
  const stated = checkedNormalization(normalize);
  const own = normalizationOfPixels(images);
  if (own === undefined) {
    if (first) await checkRange(images, stated);
    return;
  }
  if (sameNormalization(stated, own, channelsOf(model) ?? images.shape[3] ?? 3)) return;
  throw new Error(
    `embedImages: images must be normalized as the model says, ${shownNormalization(stated)}, but are ${shownNormalization(own)}: ` +
      'give {normalize: normalizationOf(model)} to what makes the batches.',
  );
}
