/** The mean of values and their standard deviation over the population, as `numpy.mean` and `numpy.std` give them. */
export function meanAndDeviation(values: readonly number[]): {mean: number; deviation: number} {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return {mean, deviation: Math.sqrt(squares / values.length)};
}
