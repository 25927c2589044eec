import {existsSync} from 'node:fs';
import {appendFile, mkdir, readFile, rm, writeFile} from 'node:fs/promises';
import {join} from 'node:path';
import type {DetectedFace} from 'face-margins/data';
import {writeWhole} from '../runFolder';
import type {AlignCommandOptions} from './alignOptions';

/** Why a photograph, or a face of it, has no crop. */
export type SkipReason = 'no face' | 'small face' | 'bad fit' | 'unreadable' | 'unknown format';

/** A line of the manifest: a face with its crop, or what was skipped and why. */
export interface ManifestLine extends Partial<DetectedFace> {
  /** The photograph, within the folder of photographs. */
  source: string;
  /** The crop, within the folder of crops. */
  file?: string;
  /** How far the points are from the template, in pixels of a face of 112 rows. */
  residual?: number;
  skipped?: SkipReason;
  /** What was wrong with a photograph that cannot be read. */
  message?: string;
}

/** The options that decide what crops look like: those of a folder must be the same when it is gone on with. */
const deciding = ['faces', 'minScore', 'minFace', 'maxResidual', 'size'] as const;

/** What has been done in a folder, and how to note what is done next. */
export interface Manifest {
  file: string;
  /** All lines, those of before too. */
  lines: ManifestLine[];
  /** Notes all faces of a photograph at once, so that a process that is killed leaves all or none of them. */
  add(lines: readonly ManifestLine[]): Promise<void>;
}

/** Opens the manifest of a folder, or begins it. */
export async function openManifest(options: AlignCommandOptions): Promise<Manifest> {
  const [file, settingsFile] = ['manifest.jsonl', 'options.json'].map(name => join(options.out, name));
  const settings = Object.fromEntries(deciding.map(name => [name, options[name]]));
  await mkdir(options.out, {recursive: true});
  if (options.overwrite) await removeCrops(options.out, file);
  const lines = await linesOf(file);
  if (lines.length > 0) await checkSettings(settingsFile, settings, options.out);
  await writeWhole(settingsFile, `${JSON.stringify(settings)}\n`);
  return {
    file,
    lines,
    async add(added) {
      lines.push(...added);
      await appendFile(file, added.map(line => `${JSON.stringify(line)}\n`).join(''));
    },
  };
}

/** The lines of a manifest. A last one that a killed process has left unfinished is removed. */
async function linesOf(file: string): Promise<ManifestLine[]> {
  if (!existsSync(file)) return [];
  const text = await readFile(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  if (whole !== text) await writeFile(file, whole);
  return whole
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
}

/** Removes the crops that a manifest names, and itself: nothing else that may be in the folder. */
async function removeCrops(out: string, file: string): Promise<void> {
  for (const {file: crop} of await linesOf(file))
    if (crop !== undefined) await rm(join(out, crop), {force: true});
  await rm(file, {force: true});
}

async function checkSettings(file: string, settings: object, out: string): Promise<void> {
  const before = existsSync(file) ? await readFile(file, 'utf8') : undefined;
  if (before === undefined || before === `${JSON.stringify(settings)}\n`) return;
  throw new Error(
    `--out: ${out} has crops that were made with other options, ${before.trim()}. Give the same options to go on, another folder by --out, or --overwrite.`,
  );
}
