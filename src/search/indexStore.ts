/** A place where an index is kept: {@link indexedDbStore} in a browser, {@link node.fileStore} on a disk, or an object of your own. */
export interface IndexStore {
  /** What error messages call it. */
  readonly name: string;
  /** What was written last, or undefined. */
  read(): Promise<Uint8Array | undefined>;
  /** Replaces what is there: whatever happens, the old content or the new one is there whole. */
  write(bytes: Uint8Array): Promise<void>;
}
