/** The variables that this process was started with; none in a page. */
export function environment(): Readonly<Record<string, string | undefined>> {
  return (globalThis as {process?: {env?: Record<string, string | undefined>}}).process?.env ?? {};
}
