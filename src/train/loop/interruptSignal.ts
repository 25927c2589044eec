/** A signal that Ctrl-C gives, and how to stop listening for it. */
export interface InterruptSignal {
  /** Aborted by the first Ctrl-C, `kill` or closed terminal; for `fit` and `run`. */
  signal: AbortSignal;
  /** Ctrl-C ends the process again, as it does without this. */
  release(): void;
}

/**
 * Lets Ctrl-C (SIGINT), `kill` (SIGTERM) or a terminal that is closed (SIGHUP) end a training after the step that is under way, with a
 * checkpoint. A second signal ends the process at once.
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
export function interruptSignal(): InterruptSignal {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const release = () => {
    for (const name of names) process.off(name, interrupt);
  };
  function interrupt(name: NodeJS.Signals) {
    release();
    controller.abort(new Error(`Stopped by ${name}.`));
  }
  for (const name of names) process.on(name, interrupt);
  return {signal: controller.signal, release};
}
