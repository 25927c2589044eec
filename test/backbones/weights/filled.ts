import * as tf from '@tensorflow/tfjs-core';
import type {LayersModel} from '@tensorflow/tfjs-layers';
import {expect} from 'vitest';
import {withoutInitialValues} from '../../support/withoutInitialValues';
import {uniforms} from './parityFixture';

/** A network with numbers for weights that cost no time to make; the running variances among them are positive. */
export function filled(build: () => LayersModel, seed = 1): LayersModel {
  const network = withoutInitialValues(build);
  for (const weight of network.weights) {
    tf.tidy(() => {
      const shape = weight.shape as number[];
      const values = uniforms(`${seed} ${weight.originalName}`, tf.util.sizeFromShape(shape));
      weight.write(tf.add(tf.tensor(values, shape), weight.originalName.endsWith('variance') ? 1.5 : 0));
    });
  }
  return network;
}

/** All weights of a network, to be compared with {@link expectSameWeights}. */
export const weightBytes = (network: LayersModel): Buffer =>
  Buffer.concat(network.getWeights().map(weight => Buffer.from(weight.dataSync().slice().buffer)));

export function expectSameWeights(network: LayersModel, expected: Buffer): void {
  // Not `toEqual`, which takes seconds over millions of bytes.
  expect(weightBytes(network).equals(expected)).toBe(true);
}
