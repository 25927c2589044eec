/** The regularized incomplete beta function I_x(a, b), by Lentz's continued fraction: 7 digits or more for a, b above 0. */
export function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast below the mean only.
  if (x > (a + 1) / (a + b + 2)) return 1 - leftOfMean(1 - x, x, b, a);
  return leftOfMean(x, 1 - x, a, b);
}

function leftOfMean(x: number, rest: number, a: number, b: number): number {
  // A number near 1 has lost the digits of its distance from 1.
  const logX = x > 0.5 ? Math.log1p(-rest) : Math.log(x);
  const logRest = rest > 0.5 ? Math.log1p(-x) : Math.log(rest);
  const front = Math.exp(a * logX + b * logRest - logBeta(a, b)) / a;
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < 1e6; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < 1e-15) break;
  }
  return front * fraction;
}

/** log B(a, b), without the cancellation that logarithms of large factorials would have. */
function logBeta(a: number, b: number): number {
  const [small, large] = a < b ? [a, b] : [b, a];
  if (large < 10) return logGamma(a) + logGamma(b) - logGamma(a + b);
  const difference =
    (large - 0.5) * Math.log1p(small / large) +
    small * Math.log(large + small) -
    small +
    stirling(large + small) -
    stirling(large);
  return logGamma(small) - difference;
}

/** log Γ(x), shifted to where Stirling's series has 15 digits. */
function logGamma(x: number): number {
  let shift = 0;
  let at = x;
  while (at < 10) {
    shift += Math.log(at);
    at++;
  }
  return (at - 0.5) * Math.log(at) - at + Math.log(2 * Math.PI) / 2 + stirling(at) - shift;
}

/** What Stirling's formula lacks, for x of 10 and more. */
function stirling(x: number): number {
  const y = 1 / (x * x);
  return (
    (1 / 12 - y * (1 / 360 - y * (1 / 1260 - y * (1 / 1680 - y * (1 / 1188 - (y * 691) / 360_360))))) / x
  );
}
