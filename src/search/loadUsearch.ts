/** The package `usearch`, an optional peer. Throws, if it is not installed, an error that says so. */
export async function loadUsearch(): Promise<typeof import('usearch')['default']> {
  try {
    return (await import('usearch')).default;
  } catch (cause) {
    throw new Error('usearchIndex needs the package usearch: npm i usearch.', {cause});
  }
}
