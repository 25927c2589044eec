/** Faces to put into a zip. */
export interface ZipRequest {
  faces: {path: string; picture: Blob}[];
  /** Files beside the folders, as text. */
  notes: {path: string; text: string}[];
  /** Rows and columns of the faces in it. */
  size: number;
}

/** What the worker that zips tells. */
export type ZipNews =
  | {type: 'progress'; done: number}
  | {type: 'zip'; zip: Blob}
  | {type: 'failed'; message: string};
