/** Of a normal distribution, 95 % lie within so many deviations of the mean. */
const deviations = 1.959964;

/**
 * Between what shares of all changes a share of a sample lies in 95 of 100 samples (Wilson, 1927).
 *
 * @param noticed How many changes of the sample were noticed.
 * @param tried How many there are in it.
 */
export function scoreInterval(noticed: number, tried: number): [low: number, high: number] {
  const share = noticed / tried;
  const z2 = deviations ** 2 / tried;
  const middle = share + z2 / 2;
  const half = Math.sqrt(z2 * (share * (1 - share) + z2 / 4));
  return [(middle - half) / (1 + z2), (middle + half) / (1 + z2)];
}
