import {createRequire} from 'node:module';
import {join} from 'node:path';
import {useBackend} from 'face-margins';
import type {Pixels} from 'face-margins/data';
import {decodePhotograph, faceDetector, interruptSignal} from 'face-margins/node';
import {anyBackend, needPackages} from '../missingPackages';
import {progressDisplay} from '../progressBars';
import type {AlignCommandOptions} from './alignOptions';
import {alignPhotograph, cropPaths} from './alignPhotograph';
import {type Manifest, type ManifestLine, openManifest} from './manifest';
import {type Photograph, photographsIn} from './photographsIn';

/** The exit code of a program that Ctrl-C has stopped. */
const interrupted = 130;

const detectorPackage = '@vladmandic/face-api';

/** Finds faces in photographs, and writes aligned crops and a manifest. Photographs that the manifest has are left as they are. */
export async function align(options: AlignCommandOptions): Promise<void> {
  await needPackages('Aligning photographs', {
    sharp: () => import('sharp'),
    [detectorPackage]: async () => createRequire(import.meta.url).resolve(`${detectorPackage}/package.json`),
    ...anyBackend,
  });
  const started = performance.now();
  const photographs = await photographsIn(options.data, options.out);
  if (photographs.length === 0) throw new Error(`align: ${options.data} has no photographs in it.`);
  const manifest = await openManifest(options);
  const backend = await useBackend(options.backend);
  const done = new Set(manifest.lines.map(({source}) => source));
  const left = photographs.filter(({source}) => !done.has(source));
  const {signal, release} = interruptSignal();
  await alignAll(left, cropPaths(photographs.map(({source}) => source)), manifest, options, signal);
  release();
  if (signal.aborted) {
    console.error(`\nStopped. The same command goes on; ${manifest.file} has what was done.`);
    process.exit(interrupted);
  }
  const seconds = (performance.now() - started) / 1000;
  const summary = {...summaryOf(manifest.lines), before: photographs.length - left.length, backend, seconds};
  if (summary.crops === 0) {
    throw new Error(`align: no face was taken from ${options.data}; ${manifest.file} says why.`);
  }
  console.log(
    options.json ? JSON.stringify({out: options.out, ...summary}) : inWords(summary, options, manifest.file),
  );
}

/** Aligns photographs one after the other; the next is decoded meanwhile. */
async function alignAll(
  photographs: readonly Photograph[],
  crops: ReadonlyMap<string, string>,
  manifest: Manifest,
  options: AlignCommandOptions,
  signal: AbortSignal,
): Promise<void> {
  const detector = await faceDetector({minScore: options.minScore});
  const display = progressDisplay();
  const onProgress = display.addImages('aligning', photographs.length);
  try {
    let next = opened(photographs[0], options.data);
    for (const [i, {source}] of photographs.entries()) {
      if (signal.aborted) break;
      const current = await next;
      next = opened(photographs[i + 1], options.data);
      const crop = crops.get(source) ?? source;
      const lines = isLine(current)
        ? [current]
        : await alignPhotograph({source, crop, pixels: current}, detector, options);
      await manifest.add(lines);
      onProgress(i + 1);
    }
  } finally {
    display.stop();
    detector.dispose();
  }
}

const isLine = (opened: Pixels | ManifestLine): opened is ManifestLine => 'source' in opened;

/** The pixels of a photograph, or why there are none. */
async function opened(photograph: Photograph | undefined, folder: string): Promise<Pixels | ManifestLine> {
  if (photograph === undefined) return {source: ''};
  const {source, isReadable} = photograph;
  if (!isReadable) return {source, skipped: 'unknown format', message: 'convert it to JPEG or PNG'};
  try {
    return await decodePhotograph(join(folder, source));
  } catch (error) {
    return {source, skipped: 'unreadable', message: error instanceof Error ? error.message : String(error)};
  }
}

interface Summary {
  photographs: number;
  crops: number;
  skipped: Record<string, number>;
  before: number;
  backend: string;
  seconds: number;
}

function summaryOf(lines: readonly ManifestLine[]): Pick<Summary, 'photographs' | 'crops' | 'skipped'> {
  const skipped: Record<string, number> = {};
  for (const {skipped: reason} of lines) {
    if (reason !== undefined) skipped[reason] = (skipped[reason] ?? 0) + 1;
  }
  const crops = lines.filter(({file}) => file !== undefined).length;
  return {photographs: new Set(lines.map(({source}) => source)).size, crops, skipped};
}

function inWords(
  {photographs, crops, skipped, before, backend, seconds}: Summary,
  {out}: AlignCommandOptions,
  manifest: string,
): string {
  const reasons = Object.entries(skipped).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${crops} crops of ${photographs} photographs are in ${out} (${seconds.toFixed(1)} s, ${backend} backend` +
      `${before > 0 ? `, ${before} photographs done before` : ''}).`,
    ...(reasons.length > 0 ? [`Skipped: ${reasons.join(', ')}; ${manifest} says which.`] : []),
  ].join('\n');
}
