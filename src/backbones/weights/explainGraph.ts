import {irResNetBlocks} from '../irResNetBlocks';
import {explainingChange} from './explainingChange';
import type {GraphUnit} from './graphUnit';
import type {NameDifference} from './nameDifference';
import {shownName} from './shownName';
import type {MismatchExplanation, MisshapenTensor, WeightsMismatch} from './weightsMismatchError';

/** An operation of either graph, of which the kind and the geometry are compared. */
type Unit = Pick<GraphUnit<{name: string}>, 'kind' | 'name' | 'geometry' | 'weight'>;

const count = (units: readonly Unit[], kind: string) => units.filter(unit => unit.kind === kind).length;

/** What tells an IR-ResNet: each block ends in a sum, squeeze-and-excitation in a sigmoid, and one shortcut may pool. */
function irOptions(units: readonly Unit[]): Record<string, string> | undefined {
  const blocks = count(units, 'add');
  const [depth] =
    Object.entries(irResNetBlocks).find(([, stages]) => stages.reduce((a, b) => a + b) === blocks) ?? [];
  const se = count(units, 'sigmoid') > 0;
  const pooled = count(units, 'maxPool') > 0;
  const linear = 2 + (se ? 4 : 2) * blocks + (pooled ? 3 : 4);
  if (depth === undefined || count(units, 'linear') !== linear) return undefined;
  return {depth, se: String(se), shortcut: pooled ? `'pooling'` : `'convolution'`};
}

/** What tells a MobileFaceNet: the sums between the convolutions that halve the image. */
function mobileOptions(units: readonly Unit[]): Record<string, string> | undefined {
  const sums: number[] = [];
  for (const {kind, geometry} of units) {
    if (geometry?.startsWith('stride 2, 2')) sums.push(0);
    if (kind === 'add' && sums.length > 0) sums[sums.length - 1]++;
  }
  const bottlenecks = sums.reduce((a, b) => a + b, 0) + 3;
  const linear = 1 + (sums[0] === 0 ? 1 : 0) + 3 * bottlenecks + 3;
  if (sums.length !== 4 || count(units, 'linear') !== linear) return undefined;
  return {
    blocks: `[${sums.map((blocks, stage) => (stage === 0 ? Math.max(1, blocks) : blocks)).join(', ')}]`,
  };
}

/** The options in which the file's network differs, of a kind of network that both are. */
function otherOptions(ours: readonly Unit[], theirs: readonly Unit[]): string | undefined {
  for (const options of [irOptions, mobileOptions]) {
    const [own, other] = [options(ours), options(theirs)];
    if (own === undefined || other === undefined) continue;
    const changed = Object.keys(own).filter(name => own[name] !== other[name]);
    if (changed.length > 0) return changed.map(name => `${name}: ${other[name]}`).join(' and ');
  }
  return undefined;
}

const shapeOf = (text: string): number[] | undefined => {
  const [list] = text.match(/^\[[\d, ]*\]$/) ?? [];
  return list === undefined ? undefined : (JSON.parse(list) as number[]);
};

function differenceOf({name, expected, found}: MisshapenTensor): NameDifference {
  return {name, ours: shapeOf(expected), theirs: shapeOf(found)};
}

const described = (unit: Unit | undefined) =>
  unit === undefined ? 'nothing' : `${unit.kind} (${shownName(unit.weight?.name ?? unit.name)})`;

/**
 * Says where the operations of a network and of a graph part, and what would explain it.
 *
 * @param start How many operations at the beginning are alike, where the two are not of the same kinds in the same order.
 */
export function explainGraph(
  {missing, surplus, misshapen}: WeightsMismatch,
  ours: readonly Unit[],
  theirs: readonly Unit[],
  start: number,
): MismatchExplanation {
  if (misshapen.length === 0) {
    const apart = start < ours.length || start < theirs.length;
    const place = apart
      ? `operation ${start + 1}: the network has ${described(ours[start])}, the file ${described(theirs[start])}`
      : `${shownName([...missing, ...surplus][0])}, which only one of them has`;
    return {place, change: otherOptions(ours, theirs)};
  }
  const [{name, expected, found}] = misshapen;
  const names = misshapen.map(each => each.name);
  const single = missing.length + surplus.length === 0;
  return {
    place: `${name}, which is ${found} in the file and ${expected} in the network`,
    change: single ? explainingChange(misshapen.map(differenceOf), names, names) : undefined,
  };
}
