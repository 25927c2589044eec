import {type Random, seededRandom, shuffle} from '../../src/base/random';

/** A face that a camera of a city sees. */
export interface VisitedFace {
  /** The row of its embedding. */
  image: number;
  /** Seconds since the beginning. */
  time: number;
  /** Meters, `[x, y]`. */
  place: [number, number];
}

/** Cameras stand 300 meters apart, 12 in a row and 12 rows. */
const [APART, ROWS] = [300, 12];
/** Everyone walks 1.4 meters a second, and is seen for some 20 seconds at a camera. */
const [SPEED, SEEN] = [1.4, 20];

/**
 * Faces of people who walk between cameras, in the order of time: each comes to a camera with a few images, then walks to one near by, or
 * comes again hours later.
 *
 * @param labels The person of each image.
 * @param seed Of all that is drawn.
 */
export function simulatedVisits(labels: ArrayLike<number>, seed: number): VisitedFace[] {
  const random = seededRandom(seed);
  const images = new Map<number, number[]>();
  for (let i = 0; i < labels.length; i++) images.set(labels[i], [...(images.get(labels[i]) ?? []), i]);
  const faces = [...images.values()].flatMap(own => walk(shuffle(own, random), random));
  return faces.sort((a, b) => a.time - b.time);
}

function walk(images: readonly number[], random: Random): VisitedFace[] {
  const camera = () => Math.floor(random() * ROWS);
  let [x, y, time] = [camera(), camera(), random() * 48 * 3600];
  let left = 0;
  return images.map(image => {
    if (left === 0) {
      left = 1 + Math.floor(random() * 4);
      const step = () => Math.round(2 * random() - 1);
      const [nextX, nextY] = [x + step(), y + step()].map(at => Math.max(0, Math.min(ROWS - 1, at)));
      const distance = APART * Math.hypot(nextX - x, nextY - y);
      [x, y] = [nextX, nextY];
      time += SEEN + distance / SPEED + (random() < 0.2 ? random() * 8 * 3600 : 0);
    }
    left--;
    time += random() * (SEEN / 4);
    return {image, time, place: [APART * x, APART * y]};
  });
}
