/**
 * Checks the labels of a set of images.
 *
 * @param what The name of the set in messages.
 * @throws If there is no image, a label is no class, a class has no image, or there is one class only.
 */
export function checkLabels(
  what: string,
  images: number,
  labels: ArrayLike<number>,
  classes: readonly string[],
): void {
  if (images === 0) throw new Error(`${what} holds no images.`);
  if (labels.length !== images) {
    throw new Error(
      `${what}: there must be one label for each image, but there are ${labels.length} for ${images}.`,
    );
  }
  const counts = new Array<number>(classes.length).fill(0);
  for (let i = 0; i < labels.length; i++) {
    if (!(Number.isInteger(labels[i]) && labels[i] >= 0 && labels[i] < classes.length)) {
      throw new Error(
        `${what}: labels must be whole numbers from 0 to ${classes.length - 1}, but label ${i} is ${labels[i]}.`,
      );
    }
    counts[labels[i]]++;
  }
  const empty = counts.indexOf(0);
  if (empty >= 0) throw new Error(`${what}: there is no image of ${classes[empty]}.`);
  if (classes.length === 1) {
    throw new Error(
      `${what} holds images of ${classes[0]} alone: at least two identities are needed to tell apart.`,
    );
  }
}
