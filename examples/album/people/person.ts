/** Faces of one person, as far as the slider and the hand say. */
export interface Person {
  /** Stays the same while the person keeps its first face, so that the page knows it again. */
  key: string;
  /** The number in the edits; undefined for one whom the slider alone put together. */
  pinned?: number;
  /** As given by hand, or empty. */
  name: string;
  /** Numbers of the faces, in ascending order. */
  faces: number[];
}
