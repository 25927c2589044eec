/** Which synthetic faces. The same options give the same pictures. */
export interface SyntheticOptions {
  /** How many persons. */
  identities: number;
  /** How many images of each. */
  images: number;
  /** Rows and columns of an image. */
  size: number;
  seed: number;
}

/** The folder name of a person: nobody shall take them for real. */
export const personName = (index: number): string => `synthetic-${String(index + 1).padStart(5, '0')}`;

/** The file name of an image, as LFW names its own. */
export const imageName = (person: string, index: number): string =>
  `${person}_${String(index + 1).padStart(4, '0')}.jpg`;
