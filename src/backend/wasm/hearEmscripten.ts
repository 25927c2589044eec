/** What Emscripten prints when a module does not start, or takes a detour. */
const ofEmscripten =
  /^(Aborted\(|failed to asynchronously prepare wasm|failed to load wasm|wasm streaming compile failed|falling back to ArrayBuffer)/;

/**
 * Runs `work` and keeps what Emscripten prints meanwhile.
 *
 * @returns What `work` gives, and the lines, which have not been printed.
 */
export async function hearEmscripten<T>(work: () => Promise<T>): Promise<{result: T; lines: string[]}> {
  const lines: string[] = [];
  const {warn} = console;
  let listening = true;
  const hearing = (...args: unknown[]) => {
    const [line] = args;
    // A module keeps the function that it finds here, for as long as it lives.
    if (listening && typeof line === 'string' && ofEmscripten.test(line)) lines.push(line);
    else warn.apply(console, args);
  };
  console.warn = hearing;
  try {
    return {result: await work(), lines};
  } finally {
    listening = false;
    if (console.warn === hearing) console.warn = warn;
  }
}
