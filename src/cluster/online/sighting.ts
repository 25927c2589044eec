/** A face that a stream shows, for {@link OnlineClusters.add}. */
export interface Sighting {
  /** Its embedding, `[D]`, of any length above 0. */
  embedding: ArrayLike<number>;
  /** When, in seconds since any moment. Needed for a speed limit, a prior and forgetting by time. */
  time?: number;
  /** Where, in meters, `[x, y]` or more axes. Needed for a speed limit. */
  place?: readonly number[];
  /** The picture that it is of: two faces of one picture are two people. */
  frame?: string | number;
  /** The track of a video that it belongs to: all faces of one track are one person, however they look. */
  tracklet?: string | number;
}
