/** Angles are in radians, counterclockwise from the right; points are `[N, 2]`, row-major. */

/** The images of a class around their mean direction. */
export interface Wedge {
  digit: number;
  /** The mean direction. */
  middle: number;
  /** Where the wedge begins and ends, relative to the middle: it holds the middle nine tenths of the images. */
  from: number;
  to: number;
}

/** What the page prints about a plane, in degrees. */
export interface Spread {
  /** The mean angle of an image to the mean direction of its digit. */
  within: number;
  /** The smallest angle between the mean directions of two digits. */
  between: number;
}

const degrees = (radians: number) => (radians * 180) / Math.PI;

/** An angle from −π to π. */
export const turn = (angle: number): number => angle - 2 * Math.PI * Math.round(angle / (2 * Math.PI));

/** The mean direction of the images of each digit that has any. */
function directions(points: ArrayLike<number>, labels: ArrayLike<number>): Map<number, number> {
  const sums = new Map<number, [number, number]>();
  for (let i = 0; i < labels.length; i++) {
    const [x, y] = [points[2 * i], points[2 * i + 1]];
    const length = Math.hypot(x, y) || 1;
    const [sumX, sumY] = sums.get(labels[i]) ?? [0, 0];
    sums.set(labels[i], [sumX + x / length, sumY + y / length]);
  }
  return new Map([...sums].map(([digit, [x, y]]) => [digit, Math.atan2(y, x)]));
}

/** The angle of each image to the mean direction of its digit, with its sign. */
function offsets(
  points: ArrayLike<number>,
  labels: ArrayLike<number>,
  middles: Map<number, number>,
): number[] {
  return Array.from({length: labels.length}, (_, i) =>
    turn(Math.atan2(points[2 * i + 1], points[2 * i]) - (middles.get(labels[i]) ?? 0)),
  );
}

/** The wedge of each digit, in the order of digits. */
export function wedges(points: ArrayLike<number>, labels: ArrayLike<number>): Wedge[] {
  const middles = directions(points, labels);
  const all = offsets(points, labels, middles);
  return [...middles]
    .sort(([one], [other]) => one - other)
    .map(([digit, middle]) => {
      const own = all.filter((_, i) => labels[i] === digit).sort((one, other) => one - other);
      const quantile = (part: number) => own[Math.round(part * (own.length - 1))];
      return {digit, middle, from: quantile(0.05), to: quantile(0.95)};
    });
}

/** How narrow the digits are, and how far apart: as `angularStatistics` of `face-margins/evaluate` measures it. */
export function spread(points: ArrayLike<number>, labels: ArrayLike<number>): Spread {
  const middles = directions(points, labels);
  const sum = offsets(points, labels, middles).reduce((total, angle) => total + Math.abs(angle), 0);
  const sorted = [...middles.values()].sort((one, other) => one - other);
  const steps = sorted.map((angle, i) => Math.abs(turn(sorted[(i + 1) % sorted.length] - angle)));
  return {within: degrees(sum / labels.length), between: degrees(Math.min(...steps))};
}

/** A part of the circle. */
export interface Sector {
  from: number;
  to: number;
}

/**
 * Where no image should lie: between each two neighbors on the circle, the directions that neither of them wins with its margin.
 *
 * @param weights The directions of the class weights, `[C, 2]`.
 * @param curve The logits over the angle to a class weight: of the image's own class with its margin, and of another class.
 */
export function gaps(
  weights: ArrayLike<number>,
  curve: {angles: ArrayLike<number>; target: ArrayLike<number>; other: ArrayLike<number>},
): Sector[] {
  const sorted = Array.from({length: weights.length / 2}, (_, j) =>
    Math.atan2(weights[2 * j + 1], weights[2 * j]),
  );
  sorted.sort((one, other) => one - other);
  return sorted.flatMap((angle, i) => {
    const apart = turn(sorted[(i + 1) % sorted.length] - angle);
    const distance = apart > 0 ? apart : apart + 2 * Math.PI;
    const reach = farthestWon(distance, curve);
    const gap = {from: angle + reach, to: angle + distance - reach};
    return gap.to - gap.from > 1e-3 ? [gap] : [];
  });
}

/** How far an image may lie from its class weight and still win against another weight at a distance. */
function farthestWon(distance: number, curve: Parameters<typeof gaps>[1]): number {
  const value = (line: ArrayLike<number>, angle: number) => {
    const place = (angle / Math.PI) * (curve.angles.length - 1);
    const before = Math.min(Math.floor(place), curve.angles.length - 2);
    return line[before] + (place - before) * (line[before + 1] - line[before]);
  };
  let [won, lost] = [0, distance / 2];
  for (let i = 0; i < 30; i++) {
    const middle = (won + lost) / 2;
    if (value(curve.target, middle) >= value(curve.other, distance - middle)) won = middle;
    else lost = middle;
  }
  return lost;
}

/** A radius that holds all but the longest fiftieth of the points. */
export function reachOf(points: ArrayLike<number>): number {
  const lengths = Float32Array.from({length: points.length / 2}, (_, i) =>
    Math.hypot(points[2 * i], points[2 * i + 1]),
  ).sort();
  return Math.max(lengths[Math.floor(0.98 * (lengths.length - 1))] ?? 0, 1e-3);
}
