/**
 * The name of an image in a {@link KeepList}: its path with slashes on every system, or `byte 1234` of a file of records, so that a list
 * holds wherever the file lies.
 *
 * @param name The name of the image in {@link FaceImages.images}.
 *
 * @example
 * ```ts
 * imageKey('faces_emore/train.rec, byte 1234');   // 'byte 1234'
 * ```
 */
export function imageKey(name: string): string {
  return /, (byte \d+)$/.exec(name)?.[1] ?? name.replaceAll('\\', '/');
}
