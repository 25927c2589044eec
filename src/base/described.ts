/** A value as a message names it: `undefined`, `0.01`, `'sgd'`, `a function`, `of class SGDOptimizer`. */
export function described(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  return typeof value === 'object' && value !== null ? `of class ${value.constructor?.name}` : String(value);
}
