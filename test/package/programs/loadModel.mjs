import {readFileSync} from 'node:fs';
import {io} from '@tensorflow/tfjs-core';
import {loadLayersModel} from '@tensorflow/tfjs-layers';

const read = file => JSON.parse(readFileSync(file, 'utf8'));

/** Loads `NAME.json` by stock TensorFlow.js, and says whether it computes of `inputs` what it did when it was saved. */
export async function computes(name, inputs) {
  const {weightData, ...artifacts} = read(`${name}.json`);
  const {buffer} = Uint8Array.from(Buffer.from(weightData, 'base64'));
  const model = await loadLayersModel(io.fromMemory({...artifacts, weightData: buffer}));
  const expected = read('predictions.json')[name];
  const found = [...model.predict(inputs).dataSync()];
  const same =
    found.length === expected.length && found.every((value, i) => Math.abs(value - expected[i]) < 1e-5);
  return same ? 'same' : `${found}, not ${expected}`;
}
