import * as tf from '@tensorflow/tfjs-core';
import {input, loadLayersModel, model, type SymbolicTensor} from '@tensorflow/tfjs-layers';
import {expect, it} from 'vitest';
import {arrayImages} from '../../src/data/sources/arrayImages';
import {arcFace} from '../../src/losses/heads/arcFace';
import type {MarginHead} from '../../src/losses/heads/marginHead';
import {logitCurve} from '../../src/losses/scaleAndMargin/logitCurve';
import {linearRamp} from '../../src/schedules/linearRamp';
import {describeOnBackends} from './backends';

const ramp = () => arcFace({classes: 3, scale: 16, margin: linearRamp({to: 0.5, steps: 10})});
const embeddings = () => tf.tensor2d([1, 0.2, -0.4, 1, 0.3, -1], [3, 2]);
const labels = () => tf.tensor1d([0, 1, 2], 'int32');

/** A training step; gives its loss. */
async function step(head: MarginHead): Promise<number[]> {
  const losses = tf.tidy(() => head.loss(embeddings(), labels()));
  const values = [...(await losses.data())];
  losses.dispose();
  return values;
}

/** `value` as the result of an operation so large that no backend does it on the host. */
const computed = (value: number) => tf.tidy(() => tf.max(tf.mul(tf.ones([64, 64]), value)));

describeOnBackends('values that are read back', backend => {
  it('a loaded head goes on at the step it was saved at', async () => {
    const head = ramp();
    const x = input({shape: [2]});
    const saved = model({inputs: x, outputs: head.apply(x) as SymbolicTensor});
    for (let i = 0; i < 4; i++) await step(head);
    let artifacts: tf.io.ModelArtifacts = {};
    await saved.save(
      tf.io.withSaveHandler(async all => {
        artifacts = all;
        return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
      }),
    );
    const loaded = await loadLayersModel(tf.io.fromMemory(artifacts));
    const resumed = loaded.layers[1] as MarginHead;
    expect(resumed.iteration).toBe(4);
    expect(await step(resumed)).toEqual(await step(head));
    expect(resumed.iteration).toBe(5);
    loaded.dispose();
    saved.dispose();
  });

  it('a head goes on at the step of weights that were computed, or says why it cannot', async () => {
    const head = ramp();
    await step(head);
    const before = tf.memory().numTensors;
    const count = computed(4);
    head.setWeights([head.classWeights, count]);
    if (backend === 'webgpu') expect(() => head.iteration).toThrow('must be set from values');
    else expect(head.iteration).toBe(4);
    const values = tf.scalar((await count.data())[0]);
    head.setWeights([head.classWeights, values]);
    tf.dispose([count, values]);
    expect(head.iteration).toBe(4);
    expect(tf.memory().numTensors).toBe(before);
    head.dispose();
  });

  it('a logit curve is that of its formula', async () => {
    const {target, other} = await logitCurve(arcFace({classes: 2, scale: 1, margin: 0.5}), 3);
    const expected = [Math.cos(0.5), Math.cos(Math.PI / 2 + 0.5), -1 - 0.5 * Math.sin(0.5)];
    target.forEach((logit, i) => {
      expect(logit).toBeCloseTo(expected[i], 3);
      expect(other[i]).toBeCloseTo([1, 0, -1][i], 3);
    });
  });

  it('images of a tensor are those of the tensor, though it is disposed of', async () => {
    const images = tf.tidy(() => tf.add(tf.reshape(tf.range(0, 4096), [4, 32, 32, 1]), 1) as tf.Tensor4D);
    const faces = arrayImages({images, labels: [0, 0, 1, 1]});
    images.dispose();
    expect([...(await faces.images.pixels(1)).subarray(0, 3)]).toEqual([1025, 1026, 1027]);
  });
});
