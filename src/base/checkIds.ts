/**
 * Checks that ids are whole numbers: 0.5 or NaN would be an identity of its own, or be cut to another one.
 *
 * @param ids Class ids or identities, any whole numbers.
 */
export function checkIds(where: string, name: string, ids: ArrayLike<number>): void {
  for (let i = 0; i < ids.length; i++) {
    if (!Number.isInteger(ids[i])) {
      throw new Error(`${where}: ${name}[${i}] must be a whole number, but is ${String(ids[i])}.`);
    }
  }
}
