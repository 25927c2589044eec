import {alignFace, type DetectedFace, facesOfFaceApi, type Pixels, type Point} from 'face-margins/data';
import type {FaceApi, LocatedFace} from './faceApi';
import type {Photograph, Region} from './photograph';

/** A face with what it takes to align it to any template. */
export interface AlignableFace extends DetectedFace {
  /** The face with its surroundings, not larger than the alignment needs. */
  pixels: Pixels;
  /** The five points, in these pixels. */
  points: Point[];
}

/** The longer side of the picture that the detector sees, which scales to 512 itself. */
const detectorSide = 512;
const landmarkSide = 112;
/** The side of the picture of a face and its surroundings, twice the face. */
const faceSide = 448;

/** The faces of a photograph, largest first. */
export async function findFaces(photograph: Photograph, api: FaceApi): Promise<AlignableFace[]> {
  const whole = {x: 0, y: 0, width: photograph.width, height: photograph.height};
  let found = await locateIn(photograph, whole, api);
  // A face that fills its picture is not what the detector was trained on: it sees most of them with a margin.
  if (found.length === 0) found = await locateIn(photograph, grown(whole, 2), api);
  const faces: AlignableFace[] = [];
  for (const each of found) faces.push(await withPoints(photograph, each, api));
  return faces.sort((one, other) => other.box.width * other.box.height - one.box.width * one.box.height);
}

async function locateIn(photograph: Photograph, region: Region, api: FaceApi): Promise<LocatedFace[]> {
  const scale = Math.min(1, detectorSide / Math.max(region.width, region.height));
  const [width, height] = [region.width, region.height].map(side => Math.max(1, Math.round(side * scale)));
  const located = await api.locate(photograph.pixels(region, width, height));
  return located.map(({score, box}) => ({
    score,
    box: {
      x: region.x + (box.x * region.width) / width,
      y: region.y + (box.y * region.height) / height,
      width: (box.width * region.width) / width,
      height: (box.height * region.height) / height,
    },
  }));
}

async function withPoints(
  photograph: Photograph,
  {box, score}: LocatedFace,
  api: FaceApi,
): Promise<AlignableFace> {
  // The network for landmarks takes 112×112, and a box of any shape in its middle.
  const scale = landmarkSide / Math.max(box.width, box.height);
  const [width, height] = [box.width, box.height].map(side => Math.max(1, Math.round(side * scale)));
  const found = await api.landmarksOf(photograph.pixels(box, width, height));
  const positions = found.map(([x, y]) => ({
    x: box.x + (x * box.width) / width,
    y: box.y + (y * box.height) / height,
  }));
  const [face] = facesOfFaceApi([{detection: {box, score}, landmarks: {positions}}]);
  const around = grown(square(box), 2);
  const side = Math.max(8, Math.min(faceSide, Math.round(around.width)));
  const points = face.landmarks.map(
    ([x, y]): Point => [((x - around.x) * side) / around.width, ((y - around.y) * side) / around.height],
  );
  return {...face, pixels: photograph.pixels(around, side, side), points};
}

/** Cuts a face out for a template. */
export const aligned = ({pixels, points}: AlignableFace, size: number, template?: readonly Point[]): Pixels =>
  alignFace(pixels, points, {size, template});

/** A region around the same middle, so many times as wide and high. */
function grown({x, y, width, height}: Region, times: number): Region {
  const by = (times - 1) / 2;
  return {x: x - by * width, y: y - by * height, width: times * width, height: times * height};
}

function square({x, y, width, height}: Region): Region {
  const side = Math.max(width, height);
  return {x: x + (width - side) / 2, y: y + (height - side) / 2, width: side, height: side};
}
