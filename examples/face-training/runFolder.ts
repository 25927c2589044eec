import {existsSync, readFileSync} from 'node:fs';
import {mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {StepReport} from 'face-margins';
import type {FacesOptions} from './facesOptions';

/** The files of a run in its folder. */
export const filesOf = (out: string) => ({
  options: join(out, 'options.json'),
  checkpoints: join(out, 'checkpoints'),
  log: join(out, 'log.jsonl'),
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

/** Throws where a new run would take the place of one that has checkpoints and did not come to its end. */
export function checkNothingIsLost({out, resume}: FacesOptions): void {
  const files = filesOf(out);
  if (resume || !existsSync(files.checkpoints) || existsSync(files.results)) return;
  throw new Error(
    `${out} holds a run that has not come to its end. Go on with it by --resume, or give another folder by --out, or delete it.`,
  );
}

/** Makes the folder ready for a run. A new one takes the place of one that has ended. */
export async function beginRun(options: FacesOptions): Promise<void> {
  const files = filesOf(options.out);
  await mkdir(options.out, {recursive: true});
  await rm(files.results, {force: true});
  if (!options.resume) {
    await rm(files.checkpoints, {recursive: true, force: true});
    await rm(files.log, {force: true});
  }
  await writeFile(files.options, `${JSON.stringify({...options, resume: false}, null, 2)}\n`);
}

/** The reports of a run, those before it was resumed too. */
export async function reportsOf(out: string): Promise<StepReport[]> {
  const lines = (await readFile(filesOf(out).log, 'utf8')).split('\n');
  return lines.filter(Boolean).map(line => JSON.parse(line));
}
