import {writeFileSync} from 'node:fs';
import {io, ones, tensor2d} from '@tensorflow/tfjs-core';
import {input, layers, model} from '@tensorflow/tfjs-layers';
import {arcFace, leNetPlusPlus, useBackend} from 'face-margins';

await useBackend('wasm');
const save = (network, file) =>
  network.save(
    io.withSaveHandler(async ({weightData, ...artifacts}) => {
      writeFileSync(
        file,
        JSON.stringify({...artifacts, weightData: Buffer.from(weightData).toString('base64')}),
      );
      return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
    }),
  );

const features = input({shape: [4]});
const labels = input({shape: [1], dtype: 'int32'});
const embeddings = layers.dense({units: 2}).apply(features);
const logits = arcFace({classes: 3, scale: 16, margin: 0.3}).apply([embeddings, labels]);
const classifier = model({inputs: [features, labels], outputs: logits});
await save(classifier, 'classifier.json');
const network = leNetPlusPlus();
await save(network, 'embedding.json');

const x = tensor2d([[1, -2, 3, 0.5]]);
const images = ones([1, 28, 28, 1]);
writeFileSync(
  'predictions.json',
  JSON.stringify({
    classifier: [...classifier.predict([x, tensor2d([[1]], [1, 1], 'int32')]).dataSync()],
    embedding: [...network.predict(images).dataSync()],
  }),
);
