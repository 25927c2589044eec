/** What tells one change from another. */
interface Change {
  fileName: string;
  location: object;
  mutatorName: string;
  replacement?: string;
}

export function drawn<T extends Change>(mutants: readonly T[], size: number, seed: number): T[];
