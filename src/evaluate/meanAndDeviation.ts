/** The mean of values and their standard deviation over the population, as `numpy.mean` and `numpy.std` give them. */
export function meanAndDeviation(values: ArrayLike<number>): {mean: number; deviation: number} {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const mean = sum / values.length;
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i] - mean) ** 2;
  return {mean, deviation: Math.sqrt(squares / values.length)};
}
