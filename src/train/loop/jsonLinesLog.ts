import {closeSync, existsSync, mkdirSync, openSync, readFileSync, writeSync} from 'node:fs';
import {dirname} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {writeAtomically} from '../checkpoints/writeAtomically';

/** A log with one JSON object a line. */
export interface JsonLinesLog {
  /** Adds a line. It is in the file when this returns. */
  write(record: object): void;
  /** Closes the file; nothing can be written after it. */
  close(): void;
}

/** Whether a line of an older log is whole, and of a step that has not to be taken again. */
function belongs(line: string, after: number): boolean {
  try {
    const {step = 0} = JSON.parse(line) as {step?: number};
    return step <= after;
  } catch {
    return false;
  }
}

/**
 * Logs a training: a line for every report, for any tool that reads JSON lines.
 *
 * A file that is there is gone on with. A killed process may have logged steps that its last checkpoint does not have, and half a
 * line; give `after`, and they are taken out, so that each step is logged once.
 *
 * @param file Its folder is made where it is missing.
 * @param options What of the file to keep.
 * @param options.after The step after which the training goes on: `trainer.position.step`. Default: all whole lines stay.
 *
 * @example
 * ```js
 * import {jsonLinesLog} from 'face-margins/node';
 *
 * const log = await jsonLinesLog('out/log.jsonl', {after: trainer.position.step});
 * await trainer.run(batches, {epochs: 20, callbacks: {onReport: log.write}});
 * log.close();
 * ```
 */
export async function jsonLinesLog(file: string, options: {after?: number} = {}): Promise<JsonLinesLog> {
  const {after = Infinity} = checkOptions('jsonLinesLog', options, {after: true});
  mkdirSync(dirname(file), {recursive: true});
  const before = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const kept = before
    .split('\n')
    .filter(line => belongs(line, after))
    .map(line => `${line}\n`)
    .join('');
  if (kept !== before) await writeAtomically(file, kept);
  const handle = openSync(file, 'a');
  return {
    write: record => void writeSync(handle, `${JSON.stringify(record)}\n`),
    close: () => closeSync(handle),
  };
}
