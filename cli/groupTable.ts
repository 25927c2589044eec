import type {GroupReport} from 'face-margins/evaluate';

/** The figures of groups as lines for a terminal: one for each group and false accept rate. */
export function groupTable({groups, common, level}: GroupReport): string {
  const width = Math.max(8, ...Object.keys(groups).map(({length}) => length)) + 2;
  return common
    .flatMap(({far, threshold, score, gap}, i) => [
      `TAR at FAR ${far}, with ${100 * level} % intervals by people; ` +
        (threshold === undefined
          ? 'no threshold for all accepts so few'
          : `the threshold for all is cosine ${threshold.toFixed(3)}, score ${(score ?? 0).toFixed(3)}`),
      ...Object.entries(groups).map(([name, {people, rates}]) => {
        const {common: shared, own, warning} = rates[i];
        return (
          `  ${name.padEnd(width)}${figure(shared.tar)}  FAR ${shared.far.value.toPrecision(2).padEnd(10)} ` +
          `own threshold ${figure(own.tar)}  score ${own.score?.toFixed(3) ?? '–'}  ${people} people${warning === undefined ? '' : ' · mostly chance'}`
        );
      }),
      `  gap: TAR ${points(gap.tar)}, own thresholds ${points(gap.ownTar)}, FAR × ${gap.farRatio.toPrecision(2)}`,
    ])
    .join('\n');
}

const figure = ({value, low, high}: {value: number; low: number; high: number}) =>
  `${percent(value)} (${percent(low)} to ${percent(high)})`.padEnd(26);

const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
const points = (part: number) => `${(100 * part).toFixed(1)} points`;
