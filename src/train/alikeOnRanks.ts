import * as tf from '@tensorflow/tfjs-core';
import type {Collective} from '../base/collective';
import {gatherTexts} from '../base/gatherTexts';
import {settingDifferences} from './checkpoints/settingDifferences';
import type {StepSetup} from './step/trainingStep';

/**
 * Makes sure that all ranks train the same, and gives them the weights of rank 0.
 *
 * @param settings What has to be the same, as plain data.
 * @throws If a rank has other settings than rank 0, on every rank, with the differences.
 */
export function alikeOnRanks(
  collective: Collective,
  settings: Record<string, unknown>,
  {weights, divided}: StepSetup,
): void {
  const shapes = Object.fromEntries(weights.map(({name, weight}) => [name, weight.read().size]));
  const shared = weights.filter(({name}) => !divided.shares.has(name));
  const own = {...settings, weights: Object.fromEntries(shared.map(({name}) => [name, shapes[name]]))};
  const [first, ...others] = gatherTexts(collective, JSON.stringify(own)).map(text => JSON.parse(text));
  for (const [i, other] of others.entries()) {
    const differences = settingDifferences(
      first,
      other,
      [],
      (path, there, here) => `${path} is ${here}, not ${there}`,
    );
    if (differences.length === 0) continue;
    throw new Error(
      `fit: all ranks must train the same, but rank ${i + 1} differs from rank 0: ${differences.join('; ')}.`,
    );
  }
  for (const {weight} of shared) {
    const value = weight.read();
    const values = Float32Array.from(value.dataSync());
    collective.broadcast(values, 0);
    if (collective.rank > 0) {
      tf.tidy(() => {
        weight.write(tf.tensor(values, value.shape));
      });
    }
  }
}
