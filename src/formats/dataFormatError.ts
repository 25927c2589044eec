/**
 * A file is truncated, damaged, inconsistent or of another format. The message names the file and the fault.
 */
export class DataFormatError extends Error {
  /** Identifies the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'DataFormatError';

  /**
   * @param file The name of the file in the message.
   * @param problem The fault, as the rest of the sentence.
   */
  constructor(
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file} ${problem}`, options);
  }
}
