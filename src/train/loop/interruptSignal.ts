import {checkOptions} from '../../base/checkOptions';

/** A signal that Ctrl-C gives, and how to stop listening for it. */
export interface InterruptSignal {
  /** Aborted by the first Ctrl-C, `kill` or closed terminal; for `fit` and `run`. */
  signal: AbortSignal;
  /** Ctrl-C ends the process again, as it does without this. */
  release(): void;
}

/** Options of {@link interruptSignal}. */
export interface InterruptOptions {
  /**
   * Other signals that are to end the training in the same way, such as `SIGUSR1`, which resource managers send some time before a job
   * has to end, and which `mpirun` hands on to all processes. Default: none.
   */
  also?: NodeJS.Signals[];
}

/** What writing gives once the terminal is closed, or the program that read what was written has ended. */
const nobodyReads = ['EIO', 'EPIPE'];

/**
 * Lets Ctrl-C (SIGINT), `kill` (SIGTERM) or a terminal that is closed (SIGHUP) end a training after the step that is under way, with a
 * checkpoint. A second Ctrl-C or `kill` ends the process at once.
 *
 * A terminal that closes sends its signal more than once, and whatever is printed from then on is an error: neither ends the process
 * before the checkpoint is written. So it is where a program that reads what the training prints has ended.
 *
 * @param options Which other signals do so.
 *
 * @example
 * ```js
 * import {interruptSignal} from 'face-margins/node';
 *
 * const {signal, release} = interruptSignal();
 * await trainer.run(batches, {epochs: 20, signal});
 * if (signal.aborted) process.exit(130);
 * release();
 * ```
 */
export function interruptSignal(options: InterruptOptions = {}): InterruptSignal {
  const {also = []} = checkOptions('interruptSignal', options, {also: true});
  const controller = new AbortController();
  const once = ['SIGINT', 'SIGTERM', ...also] as const;
  const streams = [process.stdout, process.stderr];
  const leaveOnce = () => {
    for (const name of once) process.off(name, interrupt);
  };
  const release = () => {
    leaveOnce();
    process.off('SIGHUP', interrupt);
    for (const stream of streams) stream.off('error', onWriteError);
  };
  function interrupt(name: NodeJS.Signals) {
    leaveOnce();
    controller.abort(new Error(`Stopped by ${name}.`));
  }
  function onWriteError(error: NodeJS.ErrnoException) {
    if (!nobodyReads.includes(error.code ?? '')) throw error;
    interrupt('SIGHUP');
  }
  for (const name of [...once, 'SIGHUP'] as const) process.on(name, interrupt);
  for (const stream of streams) stream.on('error', onWriteError);
  return {signal: controller.signal, release};
}
