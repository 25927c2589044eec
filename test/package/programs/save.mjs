import {writeFileSync} from 'node:fs';
import {io} from '@tensorflow/tfjs-core';
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
await save(model({inputs: [features, labels], outputs: logits}), 'classifier.json');
await save(leNetPlusPlus(), 'embedding.json');
