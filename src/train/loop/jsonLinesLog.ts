import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import {dirname} from 'node:path';
import {checkOptions} from '../../base/checkOptions';
import {unfinished} from '../../base/writeAtomically';

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

/** Takes out of a log what does not belong to it any more. A process that is killed meanwhile leaves the old log or the new one. */
function cut(file: string, after: number): void {
  const before = readFileSync(file, 'utf8');
  const kept = before
    .split('\n')
    .filter(line => belongs(line, after))
    .map(line => `${line}\n`)
    .join('');
  if (kept === before) return;
  const temporary = `${file}.${process.pid}${unfinished}`;
  const handle = openSync(temporary, 'w');
  writeFileSync(handle, kept);
  fsyncSync(handle);
  closeSync(handle);
  renameSync(temporary, file);
}

/**
 * Logs a training: a line for every report, for any tool that reads JSON lines.
 *
 * A file that is there is gone on with. A killed process may have logged steps that its last checkpoint does not have, and half a
 * line; give `after`, and they are taken out before the first line is written, so that each step is logged once. Until then the file
 * does not change: a second training in the same folder, which `fit` refuses, does not harm the log of the first.
 *
 * @param file Its folder is made where it is missing.
 * @param options What of the file to keep.
 * @param options.after The step after which the training continues: `trainer.position.step`. Default: all whole lines stay.
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
  let handle: number | undefined = openSync(file, 'a');
  let isCut = false;
  const ready = () => {
    if (handle === undefined)
      throw new Error('jsonLinesLog: write must come before close, but comes after it.');
    if (isCut) return handle;
    closeSync(handle);
    cut(file, after);
    isCut = true;
    handle = openSync(file, 'a');
    return handle;
  };
  return {
    write: record => void writeSync(ready(), `${JSON.stringify(record)}\n`),
    close: () => {
      if (handle !== undefined) closeSync(handle);
      handle = undefined;
    },
  };
}
