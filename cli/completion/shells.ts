/** The shells there is a completion for. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** The name of one. */
export type Shell = (typeof shells)[number];
