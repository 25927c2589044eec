/** Embeddings of images in one array, as from {@link embedImages}. */
export interface Embeddings {
  /** `[N, D]`, row-major. */
  values: ArrayLike<number>;
  /** D, the length of an embedding. */
  dimension: number;
}

/** The number of embeddings. Throws if they are not equal rows of finite numbers. */
export function checkEmbeddings(where: string, name: string, {values, dimension}: Embeddings): number {
  const rows = values.length / dimension;
  if (!Number.isInteger(dimension) || dimension < 1 || !Number.isInteger(rows)) {
    throw new Error(
      `${where}: ${name} must hold rows of dimension ${dimension}, but hold ${values.length} values.`,
    );
  }
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new Error(
        `${where}: ${name} must hold finite numbers, but row ${Math.floor(i / dimension)} holds ${values[i]}.`,
      );
    }
  }
  return rows;
}
