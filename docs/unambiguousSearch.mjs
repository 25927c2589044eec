import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {RendererEvent} from 'typedoc';

/** How lunr 2.3 names a set of words: labels and numbers of its edges, one after the other. */
const ambiguous = 'e=e+s+o.id';

/**
 * A plugin of typedoc that parts the labels and numbers by which lunr tells sets of words apart. Without, a label that is a digit may
 * run into a number, two sets become one, and a search for "s" throws.
 */
export function load(app) {
  app.renderer.on(RendererEvent.END, ({outputDirectory}) => {
    const file = join(outputDirectory, 'assets/main.js');
    const parts = readFileSync(file, 'utf8').split(ambiguous);
    if (parts.length !== 2)
      throw new Error(`${file} has ${parts.length - 1} of ${ambiguous}: does typedoc have another lunr?`);
    writeFileSync(file, parts.join(`${ambiguous}+","`));
  });
}
