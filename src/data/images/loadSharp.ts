/**
 * Loads sharp, an optional peer dependency, when the first image is decoded.
 *
 * @throws If it is not installed; the message has the command that installs it.
 */
export async function loadSharp(): Promise<typeof import('sharp')['default']> {
  try {
    return (await import('sharp')).default;
  } catch (error) {
    throw new Error('Decoding images needs sharp, which could not be loaded: run `npm i sharp`.', {
      cause: error,
    });
  }
}
