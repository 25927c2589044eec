/** How far a number of photographs has come. */
export interface WorkDone {
  done: number;
  of: number;
  /** Since the first began. */
  seconds: number;
}

/** The time that is left, in words; empty until a guess is worth something, and at the end. */
export function timeLeft({done, of, seconds}: WorkDone): string {
  if (done < 2 || done >= of || seconds < 2) return '';
  const left = (seconds / done) * (of - done);
  if (left < 10) return 'a few seconds left';
  if (left < 55) return `about ${10 * Math.round(left / 10)} seconds left`;
  if (left < 90) return 'about a minute left';
  if (left < 55 * 60) return `about ${Math.round(left / 60)} minutes left`;
  const hours = Math.round(left / 1800) / 2;
  return `about ${hours === 1 ? 'an hour' : `${hours} hours`} left`;
}
