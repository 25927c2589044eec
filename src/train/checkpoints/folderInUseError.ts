/** The process that holds a folder. */
export interface FolderHolder {
  /** Its process id. */
  pid: number;
  /** The name of its machine. */
  host: string;
  /** When it took the folder, ISO 8601. */
  since: string;
}

/** A second training was to use the checkpoint folder of one that runs. Nothing has changed. */
export class FolderInUseError extends Error {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'FolderInUseError';

  /**
   * @param folder Of the checkpoints.
   * @param holder Who trains there.
   * @param wayOut What to do if that training is dead.
   */
  constructor(
    readonly folder: string,
    readonly holder: FolderHolder,
    wayOut: string,
  ) {
    const {pid, host, since} = holder;
    super(
      `checkpointFolder: folder must be free of other trainings, but process ${pid} on ${host} has trained in ${folder} since ${since}. ` +
        `Give each training a folder of its own. ${wayOut}`,
    );
  }
}
