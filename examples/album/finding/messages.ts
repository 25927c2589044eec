/** A network that the visitor brought, as it lies in its files. */
export interface OwnNetwork {
  /** For the page. */
  name: string;
  files: {name: string; bytes: ArrayBuffer}[];
}

/** What the page tells a worker. */
export type Command =
  | {type: 'start'; modelFolder: string; network?: OwnNetwork}
  | {type: 'find'; job: number; file: Blob; cropped: boolean};

/** A face as a worker hands it over. */
export interface FoundFace {
  /** The aligned face as a JPEG of {@link faceSize} rows and columns. */
  picture: Blob;
  /** Where it is in the photograph, as parts of its width and height. */
  box: {x: number; y: number; width: number; height: number};
  /** How sure the detector is, from 0 to 1. */
  score: number;
  /** Of length 1. */
  embedding: Float32Array;
}

/** What a worker tells the page. */
export type News =
  | {type: 'ready'; network: string; embeddingSize: number}
  | {type: 'failed'; message: string}
  | {type: 'found'; job: number; faces: FoundFace[]; notes: string[]; tensors: number}
  | {type: 'unreadable'; job: number; message: string};

/** Rows and columns of a face's picture: sharp on dense screens, and twice the 112 that networks are trained on. */
export const faceSize = 224;
