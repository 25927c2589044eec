/** Plain data, as JSON holds it. */
export type PlainData = unknown;

const isGroup = (value: PlainData): value is Record<string, PlainData> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const shown = (value: PlainData) => (value === undefined ? 'not set' : JSON.stringify(value));

/**
 * Every difference between settings that were and those of now, a phrase each: `optimizer.weightDecay was 0.0005 and is 0 now`.
 *
 * @param path What leads to both.
 * @param say The phrase.
 */
export function settingDifferences(
  before: PlainData,
  now: PlainData,
  path: string[] = [],
  say = (path: string, was: string, is: string) => `${path} was ${was} and is ${is} now`,
): string[] {
  if (isGroup(before) && isGroup(now)) {
    const names = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...names].flatMap(name => settingDifferences(before[name], now[name], [...path, name], say));
  }
  const [was, is] = [shown(before), shown(now)];
  return was === is ? [] : [say(path.join('.'), was, is)];
}
