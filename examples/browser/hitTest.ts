/** The point nearest to a place, if it is no farther than a distance: its number, or undefined. Points and place are in pixels. */
export function nearestPoint(
  points: ArrayLike<number>,
  [x, y]: readonly [number, number],
  farthest: number,
): number | undefined {
  let found: number | undefined;
  let least = farthest * farthest;
  for (let i = 0; i < points.length / 2; i++) {
    const distance = (points[2 * i] - x) ** 2 + (points[2 * i + 1] - y) ** 2;
    if (distance <= least) [found, least] = [i, distance];
  }
  return found;
}

/** The point next to another around the middle of the plane, counterclockwise or back. Begins at the right. */
export function nextAround(points: ArrayLike<number>, from: number | undefined, back = false): number {
  const angle = (i: number) => (Math.atan2(points[2 * i + 1], points[2 * i]) + 2 * Math.PI) % (2 * Math.PI);
  const order = Array.from({length: points.length / 2}, (_, i) => i).sort(
    (one, other) => angle(one) - angle(other) || one - other,
  );
  const place = from === undefined ? (back ? 0 : -1) : order.indexOf(from);
  return order[(place + (back ? -1 : 1) + order.length) % order.length];
}
