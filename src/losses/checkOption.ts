/** Throws unless the option is a finite number for which `holds`. */
function check(where: string, name: string, value: number, holds: boolean, right: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !holds) {
    throw new Error(`${where}: ${name} must be ${right}, but is ${String(value)}.`);
  }
  return value;
}

/** The option, if it is a finite number above zero. */
export const positive = (where: string, name: string, value: number) =>
  check(where, name, value, value > 0, 'a finite number above 0');

/** The option, if it is a finite number from zero on. */
export const notNegative = (where: string, name: string, value: number) =>
  check(where, name, value, value >= 0, 'a finite number of 0 or more');

/** The option, if it is a whole number from one on. */
export const count = (where: string, name: string, value: number) =>
  check(where, name, value, Number.isInteger(value) && value >= 1, 'a whole number of 1 or more');

/** The option, if it is a finite number within the bounds. */
export const between = (where: string, name: string, value: number, low: number, high: number, unit = '') =>
  check(where, name, value, value >= low && value <= high, `a number from ${low} to ${high}${unit}`);
