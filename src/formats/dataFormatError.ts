/**
 * A file is not what it should be: truncated, damaged, of another format, or at odds with itself. The message names the file
 * and says what is wrong.
 */
export class DataFormatError extends Error {
  /** Tells the error where `instanceof` cannot: across workers, or two copies of the library. */
  override readonly name = 'DataFormatError';

  /**
   * @param file What the message calls the file.
   * @param problem What is wrong, as the rest of the sentence.
   */
  constructor(
    readonly file: string,
    problem: string,
    options?: ErrorOptions,
  ) {
    super(`${file} ${problem}`, options);
  }
}
