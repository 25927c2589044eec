/** Names as a sentence has them: `sharp, facesjs and linkedom`. */
const listed = (names: readonly string[]) =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names[names.length - 1]}`;

/** Says that packages are missing, and the command that installs them. */
export class MissingPackagesError extends Error {
  constructor(what: string, names: readonly string[]) {
    const are = names.length > 1 ? 'are' : 'is';
    super(`${what} needs ${listed(names)}, which ${are} not installed: run \`npm i ${names.join(' ')}\`.`);
  }
}

/** Loads packages; what is missing is named at once, with the command that installs all of it. */
export async function needPackages(
  what: string,
  loads: Record<string, () => Promise<unknown>>,
): Promise<void> {
  const missing: string[] = [];
  for (const [name, load] of Object.entries(loads)) {
    try {
      await load();
    } catch (error) {
      if (!isMissing(error)) throw error;
      missing.push(name);
    }
  }
  if (missing.length > 0) throw new MissingPackagesError(what, missing);
}

/** Whether an error says that a package is not installed, its own or the one behind it. */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const {code} = error as NodeJS.ErrnoException;
  return (
    error instanceof MissingPackagesError ||
    code === 'ERR_MODULE_NOT_FOUND' ||
    code === 'MODULE_NOT_FOUND' ||
    isMissing(error.cause)
  );
}

/** What to print of an error. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [, name] = /Cannot find (?:package|module) '([^'./][^']*)'/.exec(error.message) ?? [];
  return isMissing(error) && name !== undefined
    ? new MissingPackagesError('This', [name]).message
    : error.message;
}
