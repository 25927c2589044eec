import type {LayersModel} from '@tensorflow/tfjs-layers';
import {normalizationOf} from 'face-margins';
import type {Normalization} from 'face-margins/data';
import type {ModelArguments} from './modelArguments';

const listed = (values: number | readonly number[] = 127.5) => [values].flat().join(', ');

/** How the arguments say that pixels are scaled. */
export const normalizationGiven = ({
  mean,
  deviation,
}: Pick<ModelArguments, 'mean' | 'deviation'>): Normalization => ({
  mean,
  deviation,
});

/**
 * Which pixels a model takes: as it says itself; where it says nothing, as the arguments do.
 *
 * @throws If both say something, and not the same.
 */
export function pixelsOf(
  model: LayersModel,
  options: Pick<ModelArguments, 'mean' | 'deviation' | 'pixelsGiven'>,
): Normalization {
  const stated = normalizationOf(model);
  const given = normalizationGiven(options);
  if (stated === undefined) return given;
  const {mean, deviation, order = 'rgb'} = stated;
  const isSame = listed(mean) === String(options.mean) && listed(deviation) === String(options.deviation);
  if (options.pixelsGiven && !isSame) {
    throw new Error(
      `--mean and --deviation must be what the model says, ${listed(mean)} and ${listed(deviation)} (${order}), or be left out, but are ${options.mean} and ${options.deviation}.`,
    );
  }
  return stated;
}
