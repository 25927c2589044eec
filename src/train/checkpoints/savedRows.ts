/** Rows of classes that a checkpoint keeps apart from its other tensors, because this process has some of them or they are many. */
export interface RowsToSave {
  /** What they are called among the tensors of a training. */
  name: string;
  /** How many classes all processes have together. */
  classes: number;
  /** The numbers of a class. */
  width: number;
  /** The first class of this process. */
  first: number;
  /** How many classes this process has. */
  count: number;
  /** The classes that have rows, ascending. Default: all of this process. */
  ids?: Int32Array;
  /** Some of these rows, by their places, one class after another. */
  read(from: number, to: number): Float32Array;
}

/** What a process keeps of a checkpoint beside `save`. */
export interface RowsPart {
  /** Which of the processes this is. */
  rank: number;
  /** How many there are. */
  ranks: number;
  /** The rows of this process. */
  tensors: RowsToSave[];
}

/** What a checkpoint says of the rows that are kept beside it. */
export interface RowsRecord {
  /** The name of the checkpoint that they were kept under. */
  name: string;
  /** By how many processes. */
  ranks: number;
  /** What there is, by name. */
  tensors: Record<
    string,
    {
      /** How many classes there are. */
      classes: number;
      /** The numbers of a class. */
      width: number;
      /** Whether only the classes are there that were drawn before. */
      sampled: boolean;
    }
  >;
}

/** Takes rows as they are read: classes, ascending, and their numbers. */
export type RowsSink = (ids: Int32Array, values: Float32Array) => void;

/** The rows of a checkpoint, read when they are asked for. */
export interface SavedRows {
  /**
   * Reads the rows of some classes.
   *
   * @param name What they are called.
   * @param first The first class.
   * @param end The first one after it that is not wanted.
   * @param take Called with a few rows at a time.
   */
  read(name: string, first: number, end: number, take: RowsSink): Promise<void>;
}
