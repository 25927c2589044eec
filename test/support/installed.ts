import {createRequire} from 'node:module';

/** Whether a package can be imported, without importing it: a backend that loads takes memory. */
export function installed(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
