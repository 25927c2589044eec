/** Numbers the people of images from 0, in the order of first occurrence. */
export function personOfEach(
  where: string,
  name: string,
  ids: ArrayLike<number | string>,
  images: number,
): Int32Array {
  if (ids.length !== images) {
    throw new Error(
      `${where}: ${name} must have one value for each of ${images} embeddings, but has ${ids.length}.`,
    );
  }
  const numbers = new Map<number | string, number>();
  const people = new Int32Array(images);
  for (let i = 0; i < images; i++) {
    const id = ids[i];
    if (typeof id !== 'string' && !Number.isInteger(id)) {
      throw new Error(`${where}: ${name}[${i}] must be a whole number or a name, but is ${String(id)}.`);
    }
    const person = numbers.get(id) ?? numbers.size;
    numbers.set(id, person);
    people[i] = person;
  }
  return people;
}
