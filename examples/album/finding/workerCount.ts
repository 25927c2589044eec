/** More need much memory: each worker has networks of its own. */
const most = 8;

/** How many workers look into photographs: as many as are wished for, or one for each core but that of the page. */
export function workerCount(wished: string | null, cores: number): number {
  const count = Math.floor(Number(wished));
  return count >= 1 ? Math.min(count, 32) : Math.max(1, Math.min(most, (cores || 2) - 1));
}
