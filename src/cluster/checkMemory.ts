import {check} from '../base/check';

/**
 * Throws before memory is taken that is not allowed.
 *
 * @param bytes What the method takes.
 * @param megabytes The most that it may take.
 */
export function checkMemory(where: string, count: number, bytes: number, megabytes = 2000): void {
  check.positive(where, 'megabytes', megabytes);
  if (bytes <= megabytes * 1e6) return;
  const needed = Math.ceil(bytes / 1e6).toLocaleString('en');
  throw new Error(
    `${where}: megabytes must be ${needed} or more for ${count.toLocaleString('en')} embeddings, but is ${megabytes}. ` +
      'infomap takes memory by the neighbor, not by the pair.',
  );
}
