// Packs the package, installs it beside its peers in an empty project, and uses it from ESM and from CommonJS.
import {execFileSync} from 'node:child_process';
import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';

const run = (command, args, cwd) =>
  execFileSync(command, args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});
const root = new URL('..', import.meta.url).pathname;
const {devDependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const project = mkdtempSync(join(tmpdir(), 'face-margins-'));

const program = `
const head = fm.arcFace({classes: 3, scale: 16, margin: 0.3});
await fm.useBackend('wasm');
const x = tf.variable(tf.tensor2d([[1, 2], [3, -1]]));
const {value, grads} = tf.variableGrads(() => tf.mean(head.loss(x, tf.tensor1d([0, 2], 'int32'))));
if (!Number.isFinite(value.dataSync()[0]) || Object.keys(grads).length === 0) throw new Error('wrong result');
`;
try {
  const packed = run('npm', ['pack', '--json', '--pack-destination', project], root);
  const [{filename, files, size}] = Object.values(JSON.parse(packed.slice(packed.search(/[[{]/))));
  const surplus = files
    .map(file => file.path)
    .filter(path => !/^(dist\/|package\.json|README\.md|LICENSE|CHANGELOG\.md)/.test(path));
  if (surplus.length > 0) throw new Error(`the package holds what it should not: ${surplus.join(', ')}`);
  writeFileSync(join(project, 'package.json'), JSON.stringify({private: true}));
  const peers = ['tfjs-core', 'tfjs-layers', 'tfjs-backend-wasm'].map(
    name => `@tensorflow/${name}@${devDependencies[`@tensorflow/${name}`]}`,
  );
  run('npm', ['install', '--no-audit', '--no-fund', join(project, filename), ...peers], project);
  writeFileSync(
    join(project, 'esm.mjs'),
    `import * as tf from '@tensorflow/tfjs-core';\nimport * as fm from 'face-margins';\nimport {mnist} from 'face-margins/node';\nif (!mnist) throw new Error('no mnist');${program}`,
  );
  writeFileSync(
    join(project, 'cjs.cjs'),
    `const tf = require('@tensorflow/tfjs-core');\nconst fm = require('face-margins');\nconst {mnist} = require('face-margins/node');\nif (!mnist) throw new Error('no mnist');\n(async () => {${program}})().catch(error => {console.error(error); process.exit(1);});`,
  );
  for (const file of ['esm.mjs', 'cjs.cjs']) run('node', [file], project);
  console.log(
    `${filename}: ${files.length} files, ${(size / 1000).toFixed(0)} kB packed; works from ESM and CommonJS`,
  );
} finally {
  rmSync(project, {recursive: true, force: true});
}
