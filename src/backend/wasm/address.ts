declare const points: unique symbol;

/**
 * An address in the heap, in bytes: of a tensor's values unless `To` says otherwise. It is a number at run time but not in the types, so
 * that an address and a count cannot be swapped.
 */
export interface Address<To = 'values'> {
  readonly [points]: To;
}

/** The address `bytes` bytes from the start of the heap. */
export function addressAt<To = 'values'>(bytes: number): Address<To> {
  return bytes as unknown as Address<To>;
}

/** The address of an omitted tensor. */
export const NOWHERE = addressAt(0);

/** The address `bytes` bytes after another. */
export function advance(address: Address, bytes: number): Address {
  return addressAt((address as unknown as number) + bytes);
}
