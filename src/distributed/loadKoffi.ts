/**
 * Loads koffi, an optional peer dependency that calls C libraries, when a launcher of MPI has started the program.
 *
 * @throws If it is not installed; the message has the command that installs it.
 */
export async function loadKoffi(): Promise<typeof import('koffi')['default']> {
  try {
    return (await import('koffi')).default;
  } catch (error) {
    throw new Error(
      'Training in several processes needs koffi, which could not be loaded: run `npm i koffi`.',
      {
        cause: error,
      },
    );
  }
}
