import {mkdir} from 'node:fs/promises';
import {dirname, join, parse} from 'node:path';
import {
  alignFace,
  alignmentResidual,
  type DetectedFace,
  type Pixels,
  type Point,
  resize,
} from 'face-margins/data';
import type {FaceDetector} from 'face-margins/node';
import type {AlignCommandOptions} from './alignOptions';
import type {ManifestLine} from './manifest';

/** The distance of the eyes in an aligned face of one pixel. */
const EYES = 35.2377 / 112;

/** Quality of the crops' JPEG, with colors at full resolution: they are decoded once more for every use. */
const QUALITY = 95;

/** A photograph as pixels, and where the crops of it go. */
export interface OpenPhotograph {
  source: string;
  /** The path of crops in the folder of crops, without an ending. */
  crop: string;
  pixels: Pixels;
}

/** Finds the faces of a photograph, writes a crop of each that is wanted, and says what was found. */
export async function alignPhotograph(
  {source, crop, pixels}: OpenPhotograph,
  detector: FaceDetector,
  options: AlignCommandOptions,
): Promise<ManifestLine[]> {
  const found = wanted(await detector.detectFaces(pixels), options.faces);
  if (found.length === 0) return [{source, skipped: 'no face'}];
  const lines: ManifestLine[] = [];
  for (const [i, face] of found.entries()) {
    const file = `${crop}${options.faces === 'all' ? `-${i + 1}` : ''}.jpg`;
    const line: ManifestLine = {source, ...rounded(face)};
    lines.push(line);
    if (face.box.width < options.minFace) {
      line.skipped = 'small face';
      continue;
    }
    line.residual = Number(alignmentResidual(face.landmarks).toFixed(2));
    const aligned = line.residual <= options.maxResidual ? aligns(pixels, face, options) : undefined;
    if (aligned === undefined) {
      line.skipped = 'bad fit';
      continue;
    }
    line.file = file;
    await write(aligned, join(options.out, file));
  }
  return lines;
}

/** The largest face, or all from left to right. */
function wanted(faces: DetectedFace[], which: AlignCommandOptions['faces']): DetectedFace[] {
  const area = ({box}: DetectedFace) => box.width * box.height;
  if (which === 'largest') return faces.sort((a, b) => area(b) - area(a)).slice(0, 1);
  return faces.sort((a, b) => a.box.x - b.box.x);
}

/** The crop of a face; undefined if its points do not lie in the photograph. */
function aligns(photo: Pixels, {landmarks}: DetectedFace, options: AlignCommandOptions): Pixels | undefined {
  const [leftEye, rightEye] = landmarks;
  const eyes = Math.hypot(rightEye[0] - leftEye[0], rightEye[1] - leftEye[1]);
  // A face much larger than its crop would be sampled, not averaged.
  const factor = Math.floor(eyes / (EYES * options.size));
  const image = factor < 2 ? photo : shrunk(photo, factor);
  const scale = {x: photo.width / image.width, y: photo.height / image.height};
  const points = landmarks.map(([x, y]): Point => [(x + 0.5) / scale.x - 0.5, (y + 0.5) / scale.y - 0.5]);
  try {
    return alignFace(image, points, {size: options.size, maxResidual: Infinity});
  } catch {
    return undefined;
  }
}

const shrunk = (photo: Pixels, factor: number) =>
  resize(photo, Math.ceil(photo.width / factor), Math.ceil(photo.height / factor), 'area');

async function write({data, width, height}: Pixels, file: string): Promise<void> {
  const {default: sharp} = await import('sharp');
  await mkdir(dirname(file), {recursive: true});
  await sharp(data, {raw: {width, height, channels: 3}})
    .jpeg({quality: QUALITY, chromaSubsampling: '4:4:4'})
    .toFile(file);
}

/** A face with two digits behind the point, which a pixel does not have. */
const rounded = (face: DetectedFace): DetectedFace =>
  JSON.parse(
    JSON.stringify(face, (_, value) => (typeof value === 'number' ? Number(value.toFixed(3)) : value)),
  );

/** Where the crops of each photograph go: by its name, and with its ending too where two would be the same. */
export function cropPaths(sources: readonly string[]): Map<string, string> {
  const stemOf = (source: string) => {
    const {dir, name} = parse(source);
    return dir === '' ? name : `${dir}/${name}`;
  };
  const counts = new Map<string, number>();
  for (const source of sources) {
    const stem = stemOf(source).toLowerCase();
    counts.set(stem, (counts.get(stem) ?? 0) + 1);
  }
  return new Map(
    sources.map(source => {
      const stem = stemOf(source);
      return [source, counts.get(stem.toLowerCase()) === 1 ? stem : source];
    }),
  );
}
