/**
 * Ten colors for ten classes, distinguishable with the common color vision deficiencies, by Petroff, "Accessible color
 * sequences for data visualization" ([arXiv 2107.02270](https://arxiv.org/abs/2107.02270)).
 */
export const categoryColors: readonly string[] = [
  '#3f90da',
  '#ffa90e',
  '#bd1f01',
  '#94a4a2',
  '#832db6',
  '#a96b59',
  '#e76300',
  '#b9ac70',
  '#717581',
  '#92dadd',
];

/** The colors that differ from the gray of dashed lines. */
export const lineColors: readonly string[] = [0, 2, 1, 4, 5, 9].map(i => categoryColors[i]);
