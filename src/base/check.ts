function checked(where: string, name: string, value: number, holds: boolean, right: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || !holds) {
    throw new Error(`${where}: ${name} must be ${right}, but is ${String(value)}.`);
  }
  return value;
}

/** Checks of numeric options: each gives the value back, or throws a sentence that names the option, the value and what is right. */
export const check = {
  /** A finite number. */
  finite: (where: string, name: string, value: number) =>
    checked(where, name, value, true, 'a finite number'),
  /** A finite number above zero. */
  positive: (where: string, name: string, value: number) =>
    checked(where, name, value, value > 0, 'a finite number above 0'),
  /** A finite number from zero on. */
  notNegative: (where: string, name: string, value: number) =>
    checked(where, name, value, value >= 0, 'a finite number of 0 or more'),
  /** A finite number from a lowest one on. */
  atLeast: (where: string, name: string, value: number, low: number) =>
    checked(where, name, value, value >= low, `a finite number of ${low} or more`),
  /** A whole number from one on. */
  count: (where: string, name: string, value: number) =>
    checked(where, name, value, Number.isInteger(value) && value >= 1, 'a whole number of 1 or more'),
  /** A number within bounds. */
  between: (where: string, name: string, value: number, low: number, high: number, unit = '') =>
    checked(where, name, value, value >= low && value <= high, `a number from ${low} to ${high}${unit}`),
  /** One of a few names. */
  oneOf: (where: string, name: string, value: string, names: string[]) => {
    if (!names.includes(value)) {
      throw new Error(`${where}: ${name} must be one of ${names.join(', ')}, but is ${String(value)}.`);
    }
    return value;
  },
};
