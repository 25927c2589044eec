import type {PhotographFile} from '../finding/importer';
import {byId} from './byId';

/** Lets a button open the browser's choice of files; each choice is taken. */
export function pickFiles(button: string, input: string, taken: (files: File[]) => void): void {
  const field = byId<HTMLInputElement>(input);
  byId(button).addEventListener('click', () => {
    field.onchange = () => {
      const files = [...(field.files ?? [])];
      // The same files can be chosen again.
      field.value = '';
      if (files.length > 0) taken(files);
    };
    field.click();
  });
}

/** Files under the names that they have in the folder that was chosen. */
export const namedFiles = (files: readonly File[]): PhotographFile[] =>
  files.map(file => ({name: file.webkitRelativePath || file.name, file}));
