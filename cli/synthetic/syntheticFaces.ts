import {fork} from 'node:child_process';
import {existsSync} from 'node:fs';
import {mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {availableParallelism} from 'node:os';
import {join} from 'node:path';
import {fileURLToPath} from 'node:url';
import {drawPeople} from './drawPeople';
import {personFolder, type SyntheticOptions} from './syntheticOptions';

/** Told after each image: how many are drawn, and of how many. */
export type DrawingProgress = (drawn: number, of: number) => void;

/** Changes when the same options would give other pictures. */
const version = 1;
const manifestName = 'synthetic.json';
/** Fewer are drawn sooner than a process has started. */
const imagesWorthAProcess = 100;
/** Built, this code lies in a chunk beside which the worker is not. */
const worker = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? 'worker.ts' : '../worker.js', import.meta.url),
);

/**
 * Synthetic faces as a folder per identity, for `imageFolder` to read: drawn once, into a cache, by as many processes as there
 * are cores where there are many. They are cartoons of nobody: what is learned from them says nothing about real faces.
 *
 * The folder appears under its name only when it is complete. One that has lost files since is drawn again.
 *
 * @param cache Where to keep such folders.
 * @returns The folder.
 */
export async function syntheticFaces(
  cache: string,
  options: SyntheticOptions,
  onProgress: DrawingProgress = () => undefined,
): Promise<string> {
  const {identities, images, size, seed, groups} = options;
  const grouped =
    groups === undefined ? '' : groups.map(group => `-${group.name}${group.identities}`).join('');
  const folder = join(cache, `synthetic-v${version}-seed${seed}-${identities}x${images}-${size}px${grouped}`);
  const manifest = `${JSON.stringify({synthetic: true, note: 'Cartoons drawn with facesjs; nobody is shown.', version, ...options})}\n`;
  if (await isComplete(folder, manifest, options)) return folder;

  await mkdir(cache, {recursive: true});
  await removeAbandoned(cache);
  const partial = await mkdtemp(join(cache, `partial-${process.pid}-`));
  try {
    await draw(partial, options, onProgress);
    await writeFile(join(partial, manifestName), manifest);
    await rm(folder, {recursive: true, force: true});
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, {recursive: true, force: true});
    // Another process may have been faster.
    if (!(await isComplete(folder, manifest, options))) throw error;
  }
  return folder;
}

/** Removes what processes left behind that were killed while they drew. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const [, owner] = /^partial-(\d+)-/.exec(name) ?? [];
    if (owner !== undefined && !isRunning(Number(owner))) {
      await rm(join(cache, name), {recursive: true, force: true});
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process may not be signaled, but runs.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

async function isComplete(folder: string, manifest: string, options: SyntheticOptions): Promise<boolean> {
  const {identities, images} = options;
  const path = join(folder, manifestName);
  if (!existsSync(path) || (await readFile(path, 'utf8')) !== manifest) return false;
  for (let i = 0; i < identities; i++) {
    const files = await readdir(join(folder, personFolder(i, options))).catch(() => []);
    if (files.length !== images) return false;
  }
  return true;
}

async function draw(folder: string, options: SyntheticOptions, onProgress: DrawingProgress): Promise<void> {
  const total = options.identities * options.images;
  const people = Array.from({length: options.identities}, (_, person) => person);
  let drawn = 0;
  if (total < imagesWorthAProcess) {
    await drawPeople(folder, options, people, () => onProgress(++drawn, total));
    return;
  }
  const processes = Math.min(availableParallelism(), options.identities);
  const children = Array.from({length: processes}, (_, i) => {
    const child = fork(worker);
    child.send({folder, options, people: people.filter(person => person % processes === i)});
    const finished = new Promise<void>((resolve, reject) => {
      child.on('message', (message: {drawn?: number; done?: boolean; error?: string}) => {
        if (message.error !== undefined) reject(new Error(`Drawing synthetic faces: ${message.error}`));
        else if (message.done) resolve();
        else onProgress(++drawn, total);
      });
      child.on('exit', code =>
        reject(new Error(`Drawing synthetic faces: a process ended with code ${code}.`)),
      );
    });
    return {child, finished};
  });
  try {
    await Promise.all(children.map(({finished}) => finished));
  } finally {
    for (const {child} of children) child.kill();
  }
}
