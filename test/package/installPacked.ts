import {execFileSync} from 'node:child_process';
import {cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import type {TestProject} from 'vitest/node';
import {root} from './root';

declare module 'vitest' {
  interface ProvidedContext {
    /** A project in which the packed package is installed beside the peers that it cannot do without. */
    consumer: string;
    /** The package as `npm pack` makes it. */
    tarball: string;
    /** The files in it. */
    packed: string[];
  }
}

const npm = (args: string[], cwd: string) =>
  execFileSync('npm', args, {cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit']});

/** The peers a program needs at least, and types for it; no other optional peer. */
const peers = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-backend-wasm',
  '@types/node',
];

/** Packs the package and installs it as a user does, once for all checks. */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'face-margins-'));
  const {devDependencies} = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const printed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  const [{filename, files}] = Object.values(JSON.parse(printed)) as {
    filename: string;
    files: {path: string}[];
  }[];
  const consumer = join(folder, 'consumer');
  mkdirSync(consumer);
  writeFileSync(join(consumer, 'package.json'), JSON.stringify({private: true, type: 'module'}));
  const wanted = peers.map(name => `${name}@${devDependencies[name]}`);
  npm(
    ['install', '--prefer-offline', '--no-audit', '--no-fund', join(folder, filename), ...wanted],
    consumer,
  );
  cpSync(join(root, 'test/package/programs'), consumer, {recursive: true});
  project.provide('consumer', consumer);
  project.provide('tarball', join(folder, filename));
  project.provide(
    'packed',
    files.map(({path}) => path),
  );
  return () => rmSync(folder, {recursive: true, force: true});
}
