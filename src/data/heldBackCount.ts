/**
 * The number of identities to hold out of so many.
 *
 * @param validation A part of them, or a count above 1. Default: a tenth, two at least.
 * @throws If fewer than two would be on either side.
 */
export function heldBackCount(count: number, validation: number | undefined): number {
  if (count < 4) {
    throw new Error(
      `split: there must be 4 identities at least, two to train on and two to hold back, but there are ${count}: add people.`,
    );
  }
  if (validation === undefined) return Math.max(2, Math.round(0.1 * count));
  const isPart = validation < 1;
  const held = isPart ? Math.round(validation * count) : validation;
  if (!(Number.isInteger(held) && held >= 2 && held <= count - 2)) {
    throw new Error(
      `split: validation must be a whole number from 2 to ${count - 2} of the ${count} identities, or that part of them, ` +
        `but is ${validation}${isPart ? `, which is ${held} of them` : ''}.`,
    );
  }
  return held;
}
