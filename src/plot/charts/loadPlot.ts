/**
 * Loads Observable Plot, an optional peer dependency, when the first picture is drawn.
 *
 * @throws If it is not installed; the message has the command that installs it.
 */
export async function loadPlot(): Promise<typeof import('@observablehq/plot')> {
  try {
    // Inside `try`, bundlers report a missing package as a warning, not an error.
    return await import('@observablehq/plot');
  } catch (error) {
    throw new Error(
      'Pictures need Observable Plot, which could not be loaded: run `npm i @observablehq/plot`.',
      {cause: error},
    );
  }
}
