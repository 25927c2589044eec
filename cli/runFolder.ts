import {existsSync, readFileSync} from 'node:fs';
import {mkdir, readFile, rename, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {StepReport} from 'face-margins';
import type {FacesOptions} from './facesOptions';

/** The files of a run in its folder. */
export const filesOf = (out: string) => ({
  options: join(out, 'options.json'),
  checkpoints: join(out, 'checkpoints'),
  log: join(out, 'log.jsonl'),
  tensorboard: join(out, 'tensorboard'),
  model: join(out, 'model'),
  results: join(out, 'results.json'),
  report: join(out, 'report.html'),
});

/** The options a run was started with, to resume it. */
export function optionsOfRun(out: string): FacesOptions {
  const file = filesOf(out).options;
  if (!existsSync(file)) {
    throw new Error(`--resume: there is no run to go on with in ${out}, as ${file} is not there.`);
  }
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Throws where a new run would take the place of another without being told to. */
export function checkNothingIsLost({out, resume, overwrite}: FacesOptions): void {
  const {checkpoints, results} = filesOf(out);
  if (resume || overwrite || ![checkpoints, results].some(existsSync)) return;
  const [state, more] = existsSync(results)
    ? ['come to its end', ' and more --epochs']
    : ['not come to its end', ''];
  throw new Error(
    `--out: ${out} holds a run that has ${state}. Give another folder by --out, go on with the run by --resume${more}, or let this one take its place by --overwrite.`,
  );
}

/** Makes the folder ready for a run. Of one whose place it takes nothing is left. */
export async function beginRun(options: FacesOptions): Promise<void> {
  const files = filesOf(options.out);
  await mkdir(options.out, {recursive: true});
  const old = options.resume ? [files.results] : Object.values(files);
  for (const file of old) await rm(file, {recursive: true, force: true});
  await writeWhole(
    files.options,
    `${JSON.stringify({...options, resume: false, overwrite: false}, null, 2)}\n`,
  );
}

/** Writes a file so that a process that is killed meanwhile leaves the old one or the new one: without its options no run goes on. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${file}.tmp`;
  await writeFile(temporary, content);
  await rename(temporary, file);
}

/** The reports of a run, those before it was resumed too. */
export async function reportsOf(out: string): Promise<StepReport[]> {
  const lines = (await readFile(filesOf(out).log, 'utf8')).split('\n');
  return lines.filter(Boolean).map(line => JSON.parse(line));
}
