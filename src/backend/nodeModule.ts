/** A built-in module of Node, by a name that bundlers for pages do not see. */
export async function nodeModule<T>(name: `node:${string}`): Promise<T> {
  // Newer versions give it at once, also where a test environment has no dynamic imports.
  const {getBuiltinModule} = process as {getBuiltinModule?: (name: string) => unknown};
  return (getBuiltinModule?.(name) ?? (await import(/* @vite-ignore */ /* webpackIgnore: true */ name))) as T;
}
