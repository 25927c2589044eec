import type {Normalization} from './normalization';

/** Lists of three with spaces, one number alone. */
const shown = (values: number | readonly number[]) =>
  typeof values === 'number' ? String(values) : `[${values.join(', ')}]`;

/** `(x − 127.5) / 128, RGB` */
export const shownNormalization = ({mean, deviation, order}: Required<Normalization>): string =>
  `(x − ${shown(mean)}) / ${shown(deviation)}, ${order.toUpperCase()}`;
