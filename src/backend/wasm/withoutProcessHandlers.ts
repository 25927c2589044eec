/** What Emscripten makes of errors that nobody catches: it throws them again, from a file that is one line of 38 kB, which Node then prints. */
const ofEmscripten = {
  uncaughtException: /instanceof \w*ExitStatus\b/,
  unhandledRejection: /^function ?\w*\(\w+\)\{throw \w+;?\}$/,
};

const events = Object.keys(ofEmscripten) as (keyof typeof ofEmscripten)[];

type Listener = (...args: unknown[]) => void;

/** The listeners of Node's process, if this is Node. */
const listenersOf = (event: string) =>
  (typeof process === 'object' && typeof process.listeners === 'function'
    ? process.listeners(event as 'SIGINT')
    : []) as Listener[];

const isOfEmscripten = (event: keyof typeof ofEmscripten, listener: Listener) =>
  ofEmscripten[event].test(
    String(listener)
      .replace(/\s*([(){};])\s*/g, '$1')
      .replace(/\s+/g, ' '),
  );

/**
 * Runs `work` and takes away the handlers of uncaught errors that an Emscripten module installs meanwhile, so that Node prints such an
 * error, and exits with 1, as it does without the module. All other handlers stay.
 */
export async function withoutProcessHandlers<T>(work: () => Promise<T>): Promise<T> {
  const before = new Map(events.map(event => [event, new Set(listenersOf(event))]));
  try {
    return await work();
  } finally {
    for (const event of events) {
      for (const listener of listenersOf(event)) {
        if (!before.get(event)?.has(listener) && isOfEmscripten(event, listener))
          process.off(event, listener);
      }
    }
  }
}
