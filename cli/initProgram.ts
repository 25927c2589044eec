import {existsSync} from 'node:fs';
import {mkdir, readFile, writeFile} from 'node:fs/promises';
import {join} from 'node:path';

/** What `face-margins init` writes: a training of one's own, to change. */
export const programText = `// Trains a face recognizer on a folder of aligned faces, a folder for each person, and saves it.
//
//     node train.js faces
//
// Try it without photographs: npx face-margins synthetic --size 112 draws some, into out/synthetic-faces.
import {arcFace, cosineDecay, forInference, mobileFaceNet, modelFacts, sgd, suggestScale, Trainer, useBackend} from 'face-margins';
import {imageTensors} from 'face-margins/data';
import {embedImages, pairScores, verificationReport} from 'face-margins/evaluate';
import {checkpointFolder, imageFolder, saveModelFolder} from 'face-margins/node';

const [folder = 'faces', epochs = '16'] = process.argv.slice(2);
const size = 112;
const normalize = {mean: 127.5, deviation: 127.5};   // pixels become (x - mean) / deviation

console.log(await useBackend());   // the fastest there is: tensorflow with @tensorflow/tfjs-node, else wasm

// A fifth of the people is held back: nobody is verified who was trained on.
const faces = await imageFolder(folder, {size});
const {train, validation} = faces.split({validation: Math.max(2, Math.round(faces.classes.length / 5)), seed: 1});
console.log(train.summary());

const classes = train.classes.length;
const network = mobileFaceNet({seed: 1});   // or irResNet({depth: 18}): more accurate, ten times the work
const batches = train.batches({size: Math.min(64, train.length), seed: 1, augment: true, normalize});
const steps = Number(epochs) * batches.batchesPerEpoch;
const trainer = new Trainer({
  backbone: network,
  // s and m: larger margins need more people. docs/choosing-s-and-m.md says how to choose them.
  objective: arcFace({classes, scale: Math.round(3 * suggestScale(classes)), margin: 0.3, seed: 1}),
  optimizer: sgd({momentum: 0.9, weightDecay: 5e-4, decay: 'all'}),
  learningRate: cosineDecay({peak: 0.1, warmupSteps: Math.min(100, Math.floor(steps / 10)), steps}),
  clipNorm: 5,
  seed: 1,
});

// Stop it with Ctrl-C when you like: the next start goes on from the newest checkpoint.
const checkpoints = checkpointFolder('out/checkpoints');
await trainer.resume(checkpoints);
for await (const {step, loss} of trainer.fit(batches, {epochs: Number(epochs), checkpoints, reportEvery: 10})) {
  console.log(\`step \${step} of \${steps}: loss \${loss.toFixed(2)}\`);
}

// As it will be deployed, with what must be known to use it.
const deployed = forInference(network);
await saveModelFolder(deployed, 'out/model', {normalize, training: {head: 'ArcFace', people: classes, epochs: Number(epochs)}});
console.log('out/model:', modelFacts(deployed));

// How good is it, on people that it has never seen?
// As many pairs as images: half of one person, half of two.
const strangers = await validation.readAll();
const {images, pairs} = strangers.pairs({count: Math.min(4000, 2 * Math.floor(strangers.length / 2)), seed: 1});
const embeddings = await embedImages(deployed, imageTensors(images, {normalize}));
const same = pairs.map(pair => pair.same);
const report = verificationReport({scores: pairScores(embeddings, pairs), same}, {folds: pairs.map(pair => pair.fold), thresholds: 'every'});
console.log(\`\${(100 * report.accuracy.accuracy).toFixed(2)} % of \${pairs.length} pairs are told rightly\`);

// For other programs, if @bufbuild/protobuf is installed: npx face-margins export --model out/model model.onnx
`;

/** The packages that the program needs besides this one. */
const packages = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-backend-wasm',
  'sharp',
];

/**
 * Writes a commented program, and a package.json where there is none.
 *
 * @throws If there is a train.js already.
 */
export async function initProgram(folder: string): Promise<void> {
  await mkdir(folder, {recursive: true});
  const [program, description] = [join(folder, 'train.js'), join(folder, 'package.json')];
  if (existsSync(program))
    throw new Error(`init: ${program} is there already; give another folder, or move it.`);
  if (!existsSync(description)) {
    await writeFile(description, `${JSON.stringify({private: true, type: 'module'}, null, 2)}\n`);
  }
  await writeFile(program, programText);
  const {type} = JSON.parse(await readFile(description, 'utf8'));
  const lines = [
    `${program} trains on a folder of aligned faces. To run it:`,
    '',
    ...(folder === '.' ? [] : [`  cd ${folder}`]),
    ...(type === 'module' ? [] : ['  npm pkg set type=module']),
    `  npm i face-margins ${packages.join(' ')}`,
    '  node train.js faces',
  ];
  console.log(lines.join('\n'));
}
