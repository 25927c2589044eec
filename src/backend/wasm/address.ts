declare const points: unique symbol;

/**
 * Where something begins in the heap, in bytes: the values of a tensor unless `To` says otherwise. At run time it is a
 * number; to the types it is none, so that an address and a count cannot change places.
 */
export interface Address<To = 'values'> {
  readonly [points]: To;
}

/** The address `bytes` bytes from the start of the heap. */
export function addressAt<To = 'values'>(bytes: number): Address<To> {
  return bytes as unknown as Address<To>;
}

/** Stands for a tensor that is left out. */
export const NOWHERE = addressAt(0);

/** The address `bytes` bytes after another. */
export function advance(address: Address, bytes: number): Address {
  return addressAt((address as unknown as number) + bytes);
}
