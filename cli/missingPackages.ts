import {installedVersion} from './installedVersion';

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

const backendPackages = [
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-backend-cpu',
  'webgpu',
];

/** For {@link needPackages}: something that computes. Any backend will do; where there is none, the one for every machine is named. */
export const anyBackend = {
  [backendPackages[0]]: async () => {
    if (!backendPackages.some(installedVersion))
      throw new MissingPackagesError('Computing', [backendPackages[0]]);
  },
};

/**
 * Says at once what is missing to open a model and to embed images with it.
 *
 * @param model The model's path: an ONNX file needs a package of its own.
 */
export function needPackagesOfModel(what: string, model: string): Promise<void> {
  return needPackages(what, {
    ...anyBackend,
    ...(/\.onnx$/i.test(model) && {'@bufbuild/protobuf': () => import('@bufbuild/protobuf')}),
    sharp: () => import('sharp'),
  });
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
