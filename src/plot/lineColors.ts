import {categoryColors} from './categoryColors';

/** Those of the colours that are not near to the grey of dashed lines. */
export const lineColors: readonly string[] = [0, 2, 1, 4, 5, 9].map(i => categoryColors[i]);
